// Whether an engine keeps up with a conversation, by the replies that it has a part in. Pure.
import { KEEPS_UP_RTF } from './rtf-verdicts.ts';

/** Compute for a second of speech from which on a reply has gaps. */
const LAGS_RTF = 1;
/** So many in a row: one alone may have met another program. */
const REPLIES = 3;
/** In a shorter one the start, which costs more, is most of it. */
const SHORTEST_MS = 1_000;

export class EnginePace {
  #latest: number[] = [];

  /**
   * Takes what the speech of a reply took, made or heard; both in ms. Returns seconds of computing for a second of
   * speech, the median of the last three replies, when all of them lagged, or none did by far; null otherwise.
   */
  add({ audioMs, computeMs }: { audioMs: number; computeMs: number }): number | null {
    if (audioMs < SHORTEST_MS) return null;
    this.#latest = [...this.#latest.slice(1 - REPLIES), computeMs / audioMs];
    if (this.#latest.length < REPLIES) return null;
    const [least = 0, median = 0, most = 0] = this.#latest.toSorted((left, right) => left - right);
    return least > LAGS_RTF || most <= KEEPS_UP_RTF ? median : null;
  }

  /** Another engine does the work. */
  reset(): void {
    this.#latest = [];
  }
}
