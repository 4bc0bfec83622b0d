// What a model store needs of a place that keeps files between visits. Types only.

/** One open file, read and written without promises: `FileSystemSyncAccessHandle` has this shape. */
export interface SyncFile {
  /** Returns how many bytes were read: fewer at the end of the file. */
  read(into: Uint8Array, options: { at: number }): number;
  /** Throws a `DOMException` named `QuotaExceededError` when there is no room. */
  write(bytes: Uint8Array, options: { at: number }): number;
  /** Sets the file's size, and takes the room for it. Throws as `write` does. */
  truncate(bytes: number): void;
  getSize(): number;
  flush(): void;
  /** Lets the next one who waits for the file in. */
  close(): void;
}

export interface DirectoryEntry {
  readonly modelId: string;
  readonly fileName: string;
  readonly bytes: number;
  /** The file's first bytes: its head and table, and maybe more. */
  readonly head: Uint8Array;
}

export interface ModelDirectory {
  /**
   * Opens a file, made empty if there is none, for this caller alone: waits while another thread or page has it
   * open. Rejects with the signal's reason, or with the browser's error where it allows no storage.
   */
  open(modelId: string, fileName: string, options: { signal: AbortSignal }): Promise<SyncFile>;
  list(): Promise<readonly DirectoryEntry[]>;
  /** Removes a model's file, or all of its files; waits until nobody has them open. What is not there counts as removed. */
  remove(modelId: string, fileName?: string): Promise<void>;
  /** Room that the browser would give; infinite where it does not say. */
  freeBytes(): Promise<number>;
}
