// Whether a voice still speaks faster than it is listened to, by the replies that it gives. Pure.

/** Compute for a second of speech from which on a reply has gaps. */
const LAGS_RTF = 1;
/** So many in a row: one alone may have met another program. */
const REPLIES = 3;
/** In a shorter one the start, which costs more, is most of it. */
const SHORTEST_MS = 1_000;

export class VoicePace {
  #slow: number[] = [];

  /**
   * Takes what the speech of a reply took; both in ms. Returns seconds of computing for a second of speech, the median
   * of the last three replies, when all of them lagged; null otherwise.
   */
  add({ audioMs, computeMs }: { audioMs: number; computeMs: number }): number | null {
    if (audioMs < SHORTEST_MS) return null;
    const rtf = computeMs / audioMs;
    this.#slow = rtf > LAGS_RTF ? [...this.#slow.slice(1 - REPLIES), rtf] : [];
    if (this.#slow.length < REPLIES) return null;
    return this.#slow.toSorted((left, right) => left - right)[Math.floor(REPLIES / 2)] ?? null;
  }

  /** Another voice speaks. */
  reset(): void {
    this.#slow = [];
  }
}
