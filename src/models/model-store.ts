// Model files, whole and checked: from the device, from the network, or from both. Workers.
import { systemClock } from '../core/clock.ts';
import type { Clock } from '../core/clock.ts';
import type { ModelFiles, StoredModel } from '../core/contracts/model-files.ts';
import { Slots } from '../core/slots.ts';
import { createHttpSource } from './byte-source.ts';
import type { ByteSource } from './byte-source.ts';
import { findFile, findModel } from './catalog.ts';
import type { ModelCatalog, ModelFile } from './catalog.ts';
import { DeviceStorage } from './device-storage.ts';
import type { StorageFallback } from './device-storage.ts';
import { FileFetch } from './file-fetch.ts';
import { createJoinedSource } from './joined-source.ts';
import type { ModelDirectory } from './model-directory.ts';
import { OpenFile } from './open-file.ts';
import { PauseGate } from './pause-gate.ts';
import { SharedRead } from './shared-read.ts';

/**
 * Requests of all files together: browsers open six connections to a server, and the page needs some. Each loses
 * less than a block when the browser is killed, and what was on its way.
 */
const REQUESTS_AT_ONCE = 3;

export interface ModelProgress {
  readonly modelId: string;
  readonly fileName: string;
  /** Bytes of the file that are here, from wherever. */
  readonly loadedBytes: number;
  /** Those of them that came over the network since this read began. */
  readonly fetchedBytes: number;
  readonly totalBytes: number;
}

export interface ModelStoreOptions {
  readonly catalog: ModelCatalog;
  /** Files are at `<place>/<model id>/<file name>`, the same at each; tried in turn. The page's origin, or hosts that allow CORS. */
  readonly baseUrls: readonly string[];
  /** Where files stay between visits; null keeps none. */
  readonly directory: ModelDirectory | null;
  /** Called as bytes arrive, however many readers wait; must not throw. */
  readonly onProgress?: (progress: ModelProgress) => void;
  /** Files stay in memory, for want of what the reason says. Called once per reason; must not throw. */
  readonly onFallback?: (fallback: StorageFallback) => void;
  /** HTTP unless given. */
  readonly source?: ByteSource;
  readonly clock?: Clock;
}

export interface ModelStore extends ModelFiles {
  /** What is on the device, the least recently used first. */
  list(): Promise<readonly StoredModel[]>;
  /** Removes a model from the device; one that is being read, after that. Others that had no room there are kept from then on. */
  delete(modelId: string): Promise<void>;
  /** Has what is missing of these models fetched before what is missing of others; in place of those named before. */
  prefer(modelIds: readonly string[]): void;
  /** Stops all downloads, or lets them go on where they were. Reads wait meanwhile. */
  setPaused(isPaused: boolean): void;
}

/**
 * A store that checks every byte against the catalogue, also those from the device. Reads of one file at the same
 * time share one download; with a directory, also those of other threads and pages.
 */
export function createModelStore(options: ModelStoreOptions): ModelStore {
  const { catalog, clock = systemClock } = options;
  const baseUrls = options.baseUrls.map((url) => (url.endsWith('/') ? url : `${url}/`));
  const source = createJoinedSource(options.source ?? createHttpSource({ clock }));
  const storage = new DeviceStorage(options.directory, options.onFallback ?? (() => undefined));
  const common = {
    baseUrls,
    source,
    clock,
    gate: new PauseGate(),
    slots: new Slots(REQUESTS_AT_ONCE),
  };
  const reads = new Map<string, SharedRead>();
  const underWay = new Map<OpenFile, string>();
  let preferred: readonly string[] = [];

  async function load(modelId: string, file: ModelFile, signal: AbortSignal): Promise<ArrayBuffer> {
    const { name: fileName, bytes, sha256, parts } = file;
    const origin = { modelId, fileName };
    const opened = await OpenFile.open(storage, { ...origin, bytes, sha256 }, signal);
    const { blocks } = opened;
    underWay.set(opened, modelId);
    try {
      let fetchedBytes = 0;
      const tell = (newBytes: number): void => {
        fetchedBytes += newBytes;
        const { loadedBytes } = blocks;
        options.onProgress?.({ ...origin, loadedBytes, fetchedBytes, totalBytes: bytes });
      };
      tell(0);
      if (!blocks.isComplete || !blocks.isProven) {
        const wanted = { ...origin, bytes, sha256, parts };
        const isUrgent = (): boolean => preferred.includes(modelId);
        const request = { ...common, ...wanted, isUrgent, signal, onBytes: tell };
        await new FileFetch(request, blocks).run();
        await opened.settle();
        blocks.noteVerified();
      }
      blocks.noteUse(clock.nowMs());
      return blocks.buffer;
    } finally {
      underWay.delete(opened);
      await opened.close();
    }
  }

  async function remove(modelId: string): Promise<void> {
    await storage.delete(modelId);
    for (const [file, id] of underWay) if (id !== modelId) file.keep();
  }

  return {
    async read(modelId, fileName, { signal }) {
      signal.throwIfAborted();
      const file = findFile(findModel(catalog, modelId), fileName);
      const key = `${modelId}/${fileName}`;
      let read = reads.get(key);
      if (read === undefined) {
        read = new SharedRead(
          (shared) => load(modelId, file, shared),
          () => reads.delete(key),
        );
        reads.set(key, read);
      }
      return read.join(signal);
    },
    list: () => storage.list(catalog),
    delete: remove,
    prefer: (modelIds) => {
      preferred = modelIds;
    },
    setPaused: (isPaused) => common.gate.setPaused(isPaused),
  };
}
