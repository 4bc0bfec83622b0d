// Model files in the browser's origin-private file system, one thread at a time on each. Dedicated workers.
import { delay } from '../../src/core/abort.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { DirectoryEntry, ModelDirectory, SyncFile } from '../../src/models/model-directory.ts';
import { headBytesOf } from '../../src/models/stored-file.ts';
import { runBlocking } from '../runtimes/blocking-run.ts';

const ROOT_NAME = 'parley-models';
/** A worker that was ended lets go of its lock a moment before its file. */
const OPEN_TRIES = 5;
const OPEN_PAUSE_MS = 50;

/** Where a browser has no such file system, or not on this page, every call rejects. */
export class OpfsDirectory implements ModelDirectory {
  async open(
    modelId: string,
    fileName: string,
    { signal }: { signal: AbortSignal },
  ): Promise<SyncFile> {
    // Asked first: where storage is denied, nothing may wait.
    const root = await openRoot();
    const release = await lock(toLockName(modelId), 'shared', signal);
    try {
      const releaseFile = await lock(toLockName(modelId, fileName), 'exclusive', signal);
      try {
        // After the wait: the folder may have been removed meanwhile.
        const folder = await root.getDirectoryHandle(modelId, { create: true });
        const handle = await folder.getFileHandle(fileName, { create: true });
        return toSyncFile(await openSync(handle, signal), () => {
          releaseFile();
          release();
        });
      } catch (error) {
        releaseFile();
        throw error;
      }
    } catch (error) {
      release();
      throw error;
    }
  }

  async list(): Promise<readonly DirectoryEntry[]> {
    const entries: DirectoryEntry[] = [];
    for await (const folder of (await openRoot()).values()) {
      if (!(folder instanceof FileSystemDirectoryHandle)) continue;
      for await (const handle of folder.values()) {
        if (!(handle instanceof FileSystemFileHandle)) continue;
        const file = await handle.getFile();
        const head = new Uint8Array(await file.slice(0, headBytesOf(file.size)).arrayBuffer());
        entries.push({ modelId: folder.name, fileName: handle.name, bytes: file.size, head });
      }
    }
    return entries;
  }

  async remove(modelId: string, fileName?: string): Promise<void> {
    const release = await lock(toLockName(modelId, fileName), 'exclusive');
    try {
      const root = await openRoot();
      if (fileName === undefined) await root.removeEntry(modelId, { recursive: true });
      else await (await root.getDirectoryHandle(modelId)).removeEntry(fileName);
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== 'NotFoundError') throw error;
    } finally {
      release();
    }
  }

  async freeBytes(): Promise<number> {
    const { quota, usage } = await navigator.storage.estimate();
    return quota === undefined ? Infinity : quota - (usage ?? 0);
  }
}

async function openRoot(): Promise<FileSystemDirectoryHandle> {
  const top = await navigator.storage.getDirectory();
  return top.getDirectoryHandle(ROOT_NAME, { create: true });
}

/** A file of a model, or the model: held shared by all who have a file of it open. */
function toLockName(modelId: string, fileName?: string): string {
  return `${ROOT_NAME}/${modelId}${fileName === undefined ? '' : `/${fileName}`}`;
}

/** Resolves with the release once the lock is held. */
function lock(name: string, mode: LockMode, signal?: AbortSignal): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const hold = (): Promise<void> =>
      new Promise((release) => {
        resolve(release);
      });
    navigator.locks
      .request(name, signal === undefined ? { mode } : { mode, signal }, hold)
      .catch(reject);
  });
}

async function openSync(
  handle: FileSystemFileHandle,
  signal: AbortSignal,
): Promise<FileSystemSyncAccessHandle> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await handle.createSyncAccessHandle();
    } catch (error) {
      const isHeld = error instanceof DOMException && error.name === 'NoModificationAllowedError';
      if (!isHeld || tries === OPEN_TRIES) throw error;
      await delay(systemClock, OPEN_PAUSE_MS, signal);
    }
  }
}

function toSyncFile(handle: FileSystemSyncAccessHandle, release: () => void): SyncFile {
  return {
    read: (into, options) => handle.read(into, options),
    write: (bytes, options) => handle.write(bytes, options),
    // A disk may take seconds to make room for a large file, or to keep it.
    truncate: (bytes) => runBlocking(() => handle.truncate(bytes)),
    getSize: () => handle.getSize(),
    flush: () => runBlocking(() => handle.flush()),
    close: () => {
      handle.close();
      release();
    },
  };
}
