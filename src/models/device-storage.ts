// The model files on the device: opened one by one, listed and removed; and what happens where there is no room
// for them, or no leave. Workers.
import type { StorageFallbackReason, StoredModel } from '../core/contracts/model-files.ts';
import { isAbort } from '../core/errors.ts';
import { isWhole } from './catalog.ts';
import type { CatalogModel, ModelCatalog, ModelFile } from './catalog.ts';
import type { DirectoryEntry, ModelDirectory, SyncFile } from './model-directory.ts';
import { StoredFile, countKeptBytes, parseHead } from './stored-file.ts';
import type { StoredFileSpec } from './stored-file.ts';

/** Why models stay in memory, and which was the first. */
export interface StorageFallback {
  readonly reason: StorageFallbackReason;
  readonly modelId: string;
}

export interface WantedFile extends StoredFileSpec {
  readonly modelId: string;
  readonly fileName: string;
}

/** A file's place on the device while it is read or fetched. */
export interface KeptFile {
  /** Null: there is none, the file stays in memory. */
  readonly file: StoredFile | null;
  /** Tells the store that the device failed under it. */
  readonly handleLoss: (error: unknown) => void;
  close(): Promise<void>;
}

export class DeviceStorage {
  readonly #onFallback: (fallback: StorageFallback) => void;
  readonly #told = new Set<string>();
  #directory: ModelDirectory | null;

  constructor(directory: ModelDirectory | null, onFallback: (fallback: StorageFallback) => void) {
    this.#directory = directory;
    this.#onFallback = onFallback;
  }

  /** Waits while another thread or page has the file. Rejects with the signal's reason alone. */
  async open(wanted: WantedFile, signal: AbortSignal): Promise<KeptFile> {
    const directory = this.#directory;
    if (directory === null) return toKeptFile(null);
    const { modelId, fileName } = wanted;
    const fail = (error: unknown): void => {
      const reason = isQuotaError(error) ? 'full' : 'denied';
      if (!this.#told.has(reason)) this.#onFallback({ reason, modelId });
      this.#told.add(reason);
    };
    let handle: SyncFile | null = null;
    try {
      handle = await directory.open(modelId, fileName, { signal });
      if (handle.getSize() < wanted.bytes) await assertRoom(directory, wanted.bytes);
      const file = new StoredFile(handle, wanted);
      return toKeptFile({ file, handle, directory, wanted, fail });
    } catch (error) {
      handle?.close();
      if (signal.aborted || isAbort(error)) throw error;
      fail(error);
      if (handle === null) this.#directory = null;
      else await directory.remove(modelId, fileName).catch(() => undefined);
      return toKeptFile(null);
    }
  }

  /** Nothing where nothing may be read. Complete is what the catalogue has of a model today. */
  async list({ models }: ModelCatalog): Promise<readonly StoredModel[]> {
    const byModel = new Map<string, DirectoryEntry[]>();
    for (const entry of (await this.#directory?.list().catch(() => [])) ?? []) {
      byModel.set(entry.modelId, [...(byModel.get(entry.modelId) ?? []), entry]);
    }
    const stored = [...byModel].map(([modelId, files]) =>
      toStoredModel(modelId, { files, model: models.find(({ id }) => id === modelId) }),
    );
    return stored.sort((left, right) => left.lastUsedMs - right.lastUsedMs);
  }

  /** There is room then: if it runs out again, that is told again. */
  async delete(modelId: string): Promise<void> {
    await this.#directory?.remove(modelId);
    this.#told.delete('full');
  }
}

function toStoredModel(
  modelId: string,
  { files, model }: { files: readonly DirectoryEntry[]; model: CatalogModel | undefined },
): StoredModel {
  const heads = new Map(files.map(({ fileName, head }) => [fileName, parseHead(head)]));
  const isThere = ({ name, sha256 }: ModelFile): boolean => {
    const head = heads.get(name) ?? null;
    return head !== null && head.isVerified && head.sha256 === sha256;
  };
  return {
    modelId,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    keptBytes: files.reduce((sum, { head }) => sum + countKeptBytes(head), 0),
    lastUsedMs: Math.max(...[...heads.values()].map((head) => head?.lastUsedMs ?? 0)),
    isComplete: model !== undefined && isWhole(model, isThere),
  };
}

interface OpenFile {
  readonly file: StoredFile;
  readonly handle: SyncFile;
  readonly directory: ModelDirectory;
  readonly wanted: WantedFile;
  readonly fail: (error: unknown) => void;
}

/** A file that the device failed under is removed at its close: no half of it stays. */
function toKeptFile(open: OpenFile | null): KeptFile {
  if (open === null) {
    return { file: null, handleLoss: () => undefined, close: () => Promise.resolve() };
  }
  const { file, handle, directory, wanted, fail } = open;
  let isLost = false;
  return {
    file,
    handleLoss: (error) => {
      isLost = true;
      fail(error);
    },
    close: async () => {
      handle.close();
      if (isLost) await directory.remove(wanted.modelId, wanted.fileName).catch(() => undefined);
    },
  };
}

/** Some browsers take a file of any size and fail in the middle of it: better not begun. */
async function assertRoom(directory: ModelDirectory, bytes: number): Promise<void> {
  if ((await directory.freeBytes()) >= bytes) return;
  throw new DOMException('No room left.', 'QuotaExceededError');
}

/** By its name: newer browsers give it a class of its own. */
function isQuotaError(error: unknown): boolean {
  return error instanceof Error && error.name === 'QuotaExceededError';
}
