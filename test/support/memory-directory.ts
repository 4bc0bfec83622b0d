// A model directory in memory: as the one on the device, and as full, as broken or as denied as a test wants it.
import { Slots } from '../../src/core/slots.ts';
import type { DirectoryEntry, ModelDirectory, SyncFile } from '../../src/models/model-directory.ts';
import { headBytesOf } from '../../src/models/stored-file.ts';

export class MemoryDirectory implements ModelDirectory {
  /** Contents by `<model id>/<file name>`; a test may change them while no file is open. */
  readonly files = new Map<string, Uint8Array>();
  readonly #lanes = new Map<string, Slots>();
  /** Bytes that all files together may have. */
  quotaBytes = Infinity;
  /** Writes beyond the quota fail although `freeBytes` promised room. */
  promisesRoom = false;
  isDenied = false;

  async open(
    modelId: string,
    fileName: string,
    { signal }: { signal: AbortSignal },
  ): Promise<SyncFile> {
    if (this.isDenied) throw new DOMException('denied', 'SecurityError');
    const key = `${modelId}/${fileName}`;
    const release = await this.#laneOf(key).enter(signal);
    if (!this.files.has(key)) this.files.set(key, new Uint8Array());
    return this.#toSyncFile(key, release);
  }

  async list(): Promise<readonly DirectoryEntry[]> {
    return [...this.files].map(([key, bytes]) => {
      const [modelId = '', fileName = ''] = key.split('/');
      return {
        modelId,
        fileName,
        bytes: bytes.length,
        head: bytes.slice(0, headBytesOf(bytes.length)),
      };
    });
  }

  async remove(modelId: string, fileName = ''): Promise<void> {
    for (const key of [...this.files.keys()]) {
      if (!key.startsWith(`${modelId}/${fileName}`)) continue;
      const release = await this.#laneOf(key).enter(new AbortController().signal);
      this.files.delete(key);
      release();
    }
  }

  async freeBytes(): Promise<number> {
    return this.promisesRoom ? Infinity : this.#freeBytes;
  }

  get #freeBytes(): number {
    return this.quotaBytes - [...this.files.values()].reduce((sum, { length }) => sum + length, 0);
  }

  #laneOf(key: string): Slots {
    const lane = this.#lanes.get(key) ?? new Slots(1);
    this.#lanes.set(key, lane);
    return lane;
  }

  #toSyncFile(key: string, release: () => void): SyncFile {
    const bytes = (): Uint8Array => this.files.get(key) ?? new Uint8Array();
    const resize = (size: number): void => {
      if (size - bytes().length > this.#freeBytes) {
        throw new DOMException('full', 'QuotaExceededError');
      }
      const next = new Uint8Array(size);
      next.set(bytes().subarray(0, size));
      this.files.set(key, next);
    };
    return {
      read: (into, { at }) => {
        const part = bytes().subarray(at, at + into.length);
        into.set(part);
        return part.length;
      },
      write: (part, { at }) => {
        if (this.#freeBytes < 0) throw new DOMException('full', 'QuotaExceededError');
        if (at + part.length > bytes().length) resize(at + part.length);
        bytes().set(part, at);
        return part.length;
      },
      truncate: resize,
      getSize: () => bytes().length,
      flush: () => undefined,
      close: release,
    };
  }
}
