// The next token from what a model says of each. Pure. Worker or Node.

export interface SamplerOptions {
  /** 0 takes the likeliest. */
  readonly temperature: number;
  readonly seed: number;
}

/** Tokens less likely than this share of the likeliest are left out (min-p: Nguyen et al. 2024). */
const LEAST_SHARE = 0.05;

export class TokenSampler {
  readonly #temperature: number;
  #state: number;

  constructor({ temperature, seed }: SamplerOptions) {
    this.#temperature = temperature;
    this.#state = seed >>> 0;
  }

  /**
   * @param allows asked of few tokens, the likely ones: as far as it takes to find one that may be.
   * @returns -1 where none may be.
   */
  next(logits: Float32Array, allows?: (token: number) => boolean): number {
    const best = indexOfLargest(logits, allows);
    if (this.#temperature <= 0 || best < 0) return best;
    const largest = logits[best] ?? 0;
    const least = largest + Math.log(LEAST_SHARE) * this.#temperature;
    const candidates: { token: number; weight: number }[] = [];
    for (let token = 0; token < logits.length; token += 1) {
      const logit = logits[token] ?? -Infinity;
      if (logit < least || allows?.(token) === false) continue;
      candidates.push({ token, weight: Math.exp((logit - largest) / this.#temperature) });
    }
    const total = candidates.reduce((sum, { weight }) => sum + weight, 0);
    let left = this.#random() * total;
    for (const { token, weight } of candidates) {
      left -= weight;
      if (left <= 0) return token;
    }
    return best;
  }

  /** Mulberry32: small, and the same everywhere. In [0, 1). */
  #random(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}

function indexOfLargest(values: Float32Array, allows?: (index: number) => boolean): number {
  let best = allows === undefined ? 0 : -1;
  let largest = -Infinity;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] ?? -Infinity;
    if (value > largest && allows?.(index) !== false) [best, largest] = [index, value];
  }
  return best;
}
