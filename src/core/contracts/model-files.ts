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
  /** Room that its files take on the device, unfinished ones as much as whole ones. */
  readonly bytes: number;
  /** What of them has come. */
  readonly keptBytes: number;
  /** Since 1970; 0 for a model that was never read. */
  readonly lastUsedMs: number;
  /** Whether all that the catalogue has of it is there; of a set of voices or lexicons, one. */
  readonly isComplete: boolean;
}

/** `denied`: the browser allows no storage here, as in some private windows and frames; `full`: there is no room. */
export type StorageFallbackReason = 'denied' | 'full';
