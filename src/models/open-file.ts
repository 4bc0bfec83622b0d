// One file under way: its blocks, and its place on the device, which may be had only later. Workers.
import { createAbortReason } from '../core/abort.ts';
import type { DeviceStorage, KeptFile, WantedFile } from './device-storage.ts';
import { FileBlocks } from './file-blocks.ts';

export class OpenFile {
  readonly #storage: DeviceStorage;
  readonly #wanted: WantedFile;
  readonly #signal: AbortSignal;
  readonly #settled = new AbortController();
  readonly #blocks: FileBlocks;
  #kept: KeptFile;
  #keeping: Promise<void> = Promise.resolve();

  private constructor(
    parts: { storage: DeviceStorage; wanted: WantedFile; signal: AbortSignal },
    kept: KeptFile,
    blocks: FileBlocks,
  ) {
    this.#storage = parts.storage;
    this.#wanted = parts.wanted;
    this.#signal = AbortSignal.any([parts.signal, this.#settled.signal]);
    this.#kept = kept;
    this.#blocks = blocks;
  }

  /** With what the device holds of the file. Rejects as `DeviceStorage.open`; whoever has one closes it. */
  static async open(
    storage: DeviceStorage,
    wanted: WantedFile,
    signal: AbortSignal,
  ): Promise<OpenFile> {
    const kept = await storage.open(wanted, signal);
    let file: OpenFile | null = null;
    try {
      const blocks = await FileBlocks.restore({
        bytes: wanted.bytes,
        stored: kept.file,
        onStorageLost: (error) => (file === null ? kept : file.#kept).handleLoss(error),
      });
      file = new OpenFile({ storage, wanted, signal }, kept, blocks);
      return file;
    } catch (error) {
      await kept.close();
      throw error;
    }
  }

  get blocks(): FileBlocks {
    return this.#blocks;
  }

  /** There may be room on the device now: has what came in memory, and what will come, kept there. */
  keep(): void {
    this.#keeping = this.#keeping.then(() => this.#tryToKeep()).catch(() => undefined);
  }

  /** Waits for what is being moved onto the device; from here on nothing is. */
  async settle(): Promise<void> {
    this.#settled.abort(createAbortReason('The file is complete.'));
    await this.#keeping;
  }

  async close(): Promise<void> {
    await this.settle();
    await this.#kept.close();
  }

  async #tryToKeep(): Promise<void> {
    if (this.#blocks.isKept || this.#signal.aborted) return;
    await this.#kept.close();
    this.#kept = NOWHERE;
    this.#kept = await this.#storage.open(this.#wanted, this.#signal);
    if (this.#kept.file !== null) await this.#blocks.keepIn(this.#kept.file);
  }
}

const NOWHERE: KeptFile = {
  file: null,
  handleLoss: () => undefined,
  close: () => Promise.resolve(),
};
