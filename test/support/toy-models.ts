// Models small enough to be made by tests, and the catalogue and store that serve them. In Node or in a browser.
import { createHttpSource } from '../../src/models/byte-source.ts';
import { createModelStore } from '../../src/models/model-store.ts';
import type {
  CatalogModel,
  ModelBackend,
  ModelCatalog,
  ModelTask,
} from '../../src/models/catalog.ts';
import type { ModelFiles } from '../../src/core/contracts/model-files.ts';

export interface ToyModel {
  readonly id: string;
  readonly task: ModelTask;
  readonly backends: readonly ModelBackend[];
  /** Default any. */
  readonly languages?: readonly string[];
  readonly files: Readonly<Record<string, Uint8Array<ArrayBuffer>>>;
}

export function toJsonFile(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(value));
}

export async function toCatalog(toys: readonly ToyModel[]): Promise<ModelCatalog> {
  return { version: 1, models: await Promise.all(toys.map(toEntry)) };
}

/** A store whose server is this very page. */
export function toStore(catalog: ModelCatalog, toys: readonly ToyModel[]): ModelFiles {
  const answer = async (address: string | URL | Request): Promise<Response> => {
    const url = address instanceof Request ? address.url : String(address);
    const [id, name] = url.split('/').slice(-2);
    const bytes = toys.find((toy) => toy.id === id)?.files[name ?? ''];
    return bytes === undefined ? new Response(null, { status: 404 }) : new Response(bytes);
  };
  const source = createHttpSource({ fetch: answer });
  return createModelStore({
    catalog,
    baseUrls: ['https://toys.invalid/'],
    directory: null,
    source,
  });
}

async function toEntry({
  id,
  task,
  backends,
  languages = ['*'],
  files,
}: ToyModel): Promise<CatalogModel> {
  const entries = Object.entries(files).map(async ([name, bytes]) => {
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    const sha256 = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    return { name, bytes: bytes.length, sha256, sources: [] };
  });
  return {
    ...{ id, name: id, task, licence: 'MIT', note: '', languages, backends, preload: false },
    files: await Promise.all(entries),
  };
}
