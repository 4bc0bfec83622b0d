// What is told when the play cursor reaches a sample of a reply. Pure.

export interface PlayoutMark {
  /** Samples from the start of the generation. */
  readonly sample: number;
  /** An end is reached with the sample before it, a beginning with the sample itself. */
  readonly isEnd: boolean;
  /** @param contextMs AudioContext time of the sample. */
  readonly tell: (contextMs: number) => void;
}

export class PlayoutMarks {
  readonly #pending: PlayoutMark[] = [];

  /** Marks are added in the order of their samples, as the samples are written. */
  add(mark: PlayoutMark): void {
    this.#pending.push(mark);
  }

  /** Tells, once each and in order, all that is reached. */
  handleCursor(playedSamples: number, toContextMs: (sample: number) => number): void {
    for (;;) {
      const [next] = this.#pending;
      if (next === undefined) return;
      const { sample, isEnd } = next;
      if (isEnd ? playedSamples < sample : playedSamples <= sample) return;
      this.#pending.shift();
      next.tell(toContextMs(sample));
    }
  }
}
