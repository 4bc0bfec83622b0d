// Audio in and out as the turn worker sees them, whatever the transport (shared memory or ports,
// microphone or room). Types only.

export interface CaptureStats {
  /** Samples handed out by `read`. */
  readonly readSamples: number;
  /** Samples the writer overwrote before they were read. */
  readonly lostSamples: number;
}

/** The consumer's end of the capture path. One reader. */
export interface AudioInput {
  readonly sampleRateHz: number;
  readonly stats: CaptureStats;
  /** AudioContext frame of the next sample that `read` returns; jumps over what was lost. */
  readonly positionSamples: number;
  readonly availableSamples: number;
  /** Copies up to `into.length` samples, oldest first; returns how many. Never blocks. */
  read(into: Float32Array): number;
  /** Resolves when at least `count` samples can be read; rejects with the signal's reason. */
  waitForSamples(count: number, options: { signal: AbortSignal }): Promise<void>;
  dispose(): void;
}

/** What the playback worklet does with the samples it holds. */
export type PlaybackGate = 'open' | 'ducked' | 'held';

export interface PlaybackCursor {
  /** Generation the counts below belong to. */
  readonly generation: number;
  /** Samples of this generation that were really rendered (silence of an underrun not counted). */
  readonly playedSamples: number;
  /** Context time, in samples, at which this report was made. */
  readonly contextSamples: number;
  /** Whether the last quantum held samples of this generation. */
  readonly isAudible: boolean;
  readonly gate: PlaybackGate;
  /** Times the ring ran dry before `end` was called, over the session. */
  readonly underruns: number;
}

/**
 * The producer's end of the reply path. One writer. A generation is one reply: starting a new one
 * fades out and drops whatever is left of the older ones, and no sample of theirs is heard after.
 */
export interface AudioOutput {
  readonly sampleRateHz: number;
  readonly cursor: PlaybackCursor;
  /** Must grow. PCM written from now on belongs to it. Opens the gate. */
  startGeneration(generation: number): void;
  /**
   * Queues mono samples of the current generation. Resolves when all are in the ring (the producer
   * waits while it is full), rejects with the signal's reason, or when a newer generation starts.
   */
  write(pcm: Float32Array, options: { signal: AbortSignal }): Promise<void>;
  /** Says that the generation is complete, so that running dry is its end and not an underrun. */
  endGeneration(): void;
  setGate(gate: PlaybackGate): void;
  /** Fades out and drops everything of the current generation. Resolves when silence is reached. */
  flush(): Promise<void>;
  /** Called on every cursor report: about each 10 ms of playing, and at once when something changes. */
  onCursor(listener: (cursor: PlaybackCursor) => void): () => void;
  dispose(): void;
}
