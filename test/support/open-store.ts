// The page's model store on the browser's own file system, empty at first. In the browser.
import { ModelLibrary } from '../../src/browser/model-library.ts';
import { systemClock } from '../../src/core/clock.ts';
import { silentLogger } from '../../src/core/logger.ts';
import type { ModelLoadProgress } from '../../src/engines/services.ts';
import type { StoreConfig } from '../../src/engines/worker-configs.ts';
import { WorkerModelFiles } from '../../src/engines/worker-model-files.ts';

const ROOT = 'parley-models';
const open: ModelLibrary[] = [];

export interface OpenStore {
  readonly library: ModelLibrary;
  /** Reads as engine workers do. */
  readonly files: WorkerModelFiles;
  readonly progress: readonly ModelLoadProgress[];
  readonly fallbacks: readonly string[];
}

/** As a visit to the page has it, until `closeStores`. */
export async function openStore(config: StoreConfig): Promise<OpenStore> {
  const progress: ModelLoadProgress[] = [];
  const fallbacks: string[] = [];
  const library = new ModelLibrary({
    ...{ clock: systemClock, logger: silentLogger },
    getConfig: async () => config,
    onProgress: (event) => progress.push(event),
    onFallback: (reason) => fallbacks.push(reason),
    onLost: () => undefined,
  });
  open.push(library);
  await library.start(undefined);
  const files = new WorkerModelFiles({ clock: systemClock });
  library.attach((port) => files.attach(port));
  return { library, files, progress, fallbacks };
}

export function closeStores(): void {
  for (const library of open.splice(0)) library.dispose();
}

export async function clearStores(): Promise<void> {
  const top = await navigator.storage.getDirectory();
  await top.removeEntry(ROOT, { recursive: true }).catch(() => undefined);
}

/** A file of the store as it lies there. Rejects where there is none. */
export async function storedFile(modelId: string, name: string): Promise<FileSystemFileHandle> {
  const top = await navigator.storage.getDirectory();
  const folder = await (await top.getDirectoryHandle(ROOT)).getDirectoryHandle(modelId);
  return folder.getFileHandle(name);
}

/** In hexadecimal digits. */
export async function sha256(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
