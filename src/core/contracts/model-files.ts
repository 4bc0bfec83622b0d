// How an engine gets at its weights, whatever store is behind, and what such a store keeps. Types only.

export interface ModelFiles {
  /**
   * The verified bytes of one file of one catalogue model; the caller owns the buffer.
   * Rejects with `model-download-failed` or `model-integrity`, naming the file and the URL.
   */
  read(modelId: string, fileName: string, options: { signal: AbortSignal }): Promise<ArrayBuffer>;
}

/** What the device holds of one model. */
export interface StoredModel {
  readonly modelId: string;
  /** Of its files on the device, unfinished ones at their full size. */
  readonly bytes: number;
  /** Since 1970; 0 for a model that was never read. */
  readonly lastUsedMs: number;
  /** False while a file of it was not fetched to its end. */
  readonly isComplete: boolean;
}

/** `denied`: the browser allows no storage here, as in some private windows and frames; `full`: there is no room. */
export type StorageFallbackReason = 'denied' | 'full';
