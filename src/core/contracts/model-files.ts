// How an engine gets at its weights, whatever store is behind. Types only.

export interface ModelFiles {
  /**
   * The verified bytes of one file of one catalogue model; the caller owns the buffer.
   * Rejects with `model-download-failed` or `model-integrity`, naming the file and the URL.
   */
  read(modelId: string, fileName: string, options: { signal: AbortSignal }): Promise<ArrayBuffer>;
}
