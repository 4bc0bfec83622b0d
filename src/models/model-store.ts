// Reads verified model files from the page's own server. Any thread with fetch.
import { VoiceAgentError } from '../core/errors.ts';
import type { ModelFiles } from '../core/contracts/model-files.ts';
import { adviceFor, createHttpSource } from './byte-source.ts';
import type { ByteSource } from './byte-source.ts';
import { findFile, findModel } from './catalog.ts';
import type { CatalogModel, ModelCatalog, ModelFile } from './catalog.ts';
import { createJoinedSource } from './joined-source.ts';
import { SharedRead } from './shared-read.ts';

export interface ModelProgress {
  readonly modelId: string;
  readonly file: string;
  readonly loadedBytes: number;
  readonly totalBytes: number;
}

export interface ModelStoreOptions {
  readonly catalog: ModelCatalog;
  /** Files are at `<baseUrl>/<model id>/<file name>`; same origin, or a host that allows CORS. */
  readonly baseUrl: string;
  /** Called as bytes arrive, once per chunk however many readers wait; must not throw. */
  readonly onProgress?: (progress: ModelProgress) => void;
  /** For tests, and for pages that add headers. */
  readonly fetch?: typeof fetch;
  /** What delivers bytes: HTTP unless given, or a cache in front of it. */
  readonly source?: ByteSource;
}

/**
 * A store that checks every file's size and sha256. Reads of one file at the same time share one
 * download. On a page without a secure context there is no `crypto.subtle`: only sizes are checked.
 */
export function createModelStore(options: ModelStoreOptions): ModelFiles {
  const baseUrl = options.baseUrl.endsWith('/') ? options.baseUrl : `${options.baseUrl}/`;
  const source = createJoinedSource(
    options.source ?? createHttpSource(options.fetch === undefined ? {} : { fetch: options.fetch }),
  );
  const reads = new Map<string, SharedRead>();

  async function load(model: CatalogModel, file: ModelFile, target: Target): Promise<ArrayBuffer> {
    const bytes = await source.load({
      modelId: model.id,
      url: target.url,
      bytes: file.bytes,
      parts: file.parts,
      signal: target.signal,
      onBytes: (loadedBytes) =>
        options.onProgress?.({
          modelId: model.id,
          file: file.name,
          loadedBytes,
          totalBytes: file.bytes,
        }),
    });
    await verify(bytes, file, { modelId: model.id, url: target.url });
    return bytes;
  }

  return {
    async read(modelId, fileName, { signal }) {
      signal.throwIfAborted();
      const model = findModel(options.catalog, modelId);
      const file = findFile(model, fileName);
      const url = `${baseUrl}${modelId}/${fileName}`;
      let read = reads.get(url);
      if (read === undefined) {
        read = new SharedRead(
          (shared) => load(model, file, { url, signal: shared }),
          () => reads.delete(url),
        );
        reads.set(url, read);
      }
      return read.join(signal);
    },
  };
}

interface Target {
  readonly url: string;
  readonly signal: AbortSignal;
}

async function verify(
  bytes: ArrayBuffer,
  file: ModelFile,
  origin: { modelId: string; url: string },
): Promise<void> {
  const subtle = findSubtleCrypto();
  if (subtle === undefined) return;
  const actual = toHex(await subtle.digest('SHA-256', bytes));
  if (actual === file.sha256) return;
  const message = `${origin.url} is damaged or another file: its sha256 is not the catalogue's.`;
  throw new VoiceAgentError('model-integrity', `${message} ${adviceFor(origin.modelId)}`, {
    details: { ...origin, expected: file.sha256, actual },
    retryable: true,
  });
}

/** The DOM types claim it is always there; on plain-HTTP pages it is not. */
function findSubtleCrypto(): SubtleCrypto | undefined {
  return globalThis.crypto.subtle;
}

function toHex(digest: ArrayBuffer): string {
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
