// Which of several places a file is fetched from, and how long to wait before trying again. Portable, pure.
import { backoffMs } from '../core/backoff.ts';
import type { RetryPolicy } from '../core/backoff.ts';
import type { VoiceAgentError } from '../core/errors.ts';

/** Four tries of each place without one new byte: some 4 s where it refuses, 80 s where it stays silent. */
export const MIRROR_RETRY: RetryPolicy = {
  retries: 3,
  baseDelayMs: 500,
  maxDelayMs: 8_000,
  random: Math.random,
};

/** A place to try, to be handed back when the try failed. */
export interface MirrorTry {
  readonly baseUrl: string;
  readonly number: number;
}

/** One file's mirrors. Tries that ran at the same time and failed together count as one failure. */
export class Mirrors {
  readonly #policy: RetryPolicy;
  #baseUrls: readonly string[];
  #failures = 0;
  #number = 0;
  #waitMs = 0;

  /** @param baseUrls in the order of preference, each ending in `/`; one at least. */
  constructor(baseUrls: readonly string[], policy: RetryPolicy = MIRROR_RETRY) {
    this.#baseUrls = baseUrls;
    this.#policy = policy;
  }

  next(): MirrorTry {
    return { baseUrl: this.#baseUrls[0] ?? '', number: this.#number };
  }

  /** New bytes arrived: the count of failures starts anew. */
  succeed(): void {
    this.#failures = 0;
  }

  /**
   * The wait before the next try, in milliseconds. Throws `error` when no place is left: one that
   * has no such file, or a wrong one, is not asked again.
   */
  fail({ number }: MirrorTry, error: VoiceAgentError): number {
    if (number !== this.#number) return this.#waitMs;
    const [failed = '', ...others] = this.#baseUrls;
    const isFinal = !error.retryable || error.code === 'model-integrity';
    if (isFinal && others.length === 0) throw error;
    this.#failures += isFinal ? 0 : 1;
    // Waits once all places have been tried: another one may work at once.
    const round = Math.ceil(this.#failures / this.#baseUrls.length) - 1;
    const isRoundOver = !isFinal && this.#failures % this.#baseUrls.length === 0;
    if (round >= this.#policy.retries && isRoundOver) throw error;
    this.#baseUrls = isFinal ? others : [...others, failed];
    this.#number += 1;
    this.#waitMs = isRoundOver ? backoffMs(round, this.#policy) : 0;
    return this.#waitMs;
  }
}
