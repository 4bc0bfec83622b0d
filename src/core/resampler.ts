// Changes the sample rate of a mono stream by a polyphase windowed-sinc filter, portable: any thread.

export interface ResamplerOptions {
  readonly fromHz: number;
  readonly toHz: number;
  /**
   * Zero crossings of the sinc on each side: more is steeper and dearer. Default 24: flat within
   * 0.1 dB up to 88 % of the narrower band, aliases below -80 dB from 112 % on.
   */
  readonly zeroCrossings?: number;
}

/** Kaiser window parameter for 80 dB of stop-band rejection (Oppenheim and Schafer, 7.62). */
const KAISER_BETA = 7.857;
const DEFAULT_ZERO_CROSSINGS = 24;
/** 44,100 to 48,000 Hz has 160 phases; rates with no common factor would need tables without bound. */
const MAX_PHASES = 4096;

/**
 * Streaming and free of group delay: output sample k lies at input time k * fromHz / toHz. After
 * `flush`, exactly ceil(inputSamples * toHz / fromHz) samples have come out. How the input is cut into
 * chunks changes nothing, bit for bit. No call allocates.
 */
export class Resampler {
  readonly fromHz: number;
  readonly toHz: number;
  /** The ratio in lowest terms: each output advances `#step` input phases of `#phases` per sample. */
  readonly #phases: number;
  readonly #step: number;
  /** One row of `2 * #reach` coefficients per phase. */
  readonly #filters: Float32Array;
  readonly #reach: number;
  /** The last `2 * #reach` inputs, twice over, so that each window is one contiguous stretch. */
  readonly #history: Float32Array;
  #writeAt = 0;
  #inputSamples = 0;
  #outputSamples = 0;
  /** Inputs taken in beyond the real ones while flushing. */
  #paddedSamples = 0;
  /** Input sample before the next output, and its phase after it. */
  #base = 0;
  #phase = 0;

  constructor(options: ResamplerOptions) {
    const { fromHz, toHz, zeroCrossings = DEFAULT_ZERO_CROSSINGS } = options;
    assertPositive('fromHz', fromHz);
    assertPositive('toHz', toHz);
    assertPositive('zeroCrossings', zeroCrossings);
    const divisor = greatestCommonDivisor(fromHz, toHz);
    this.fromHz = fromHz;
    this.toHz = toHz;
    this.#phases = toHz / divisor;
    this.#step = fromHz / divisor;
    if (this.#phases > MAX_PHASES) {
      throw new TypeError(
        `toHz: ${fromHz} to ${toHz} Hz needs ${this.#phases} phases, at most ${MAX_PHASES}`,
      );
    }
    // Below 1 when the rate falls: the filter then cuts at the new Nyquist frequency.
    const cutoff = Math.min(1, toHz / fromHz);
    this.#reach = fromHz === toHz ? 1 : Math.ceil(zeroCrossings / cutoff);
    this.#filters = createFilters({ phases: this.#phases, reach: this.#reach, cutoff });
    this.#history = new Float32Array(4 * this.#reach);
    this.reset();
  }

  /** Input samples that must follow an instant before its output can be given; the delay in real time. */
  get lookaheadSamples(): number {
    return this.#reach;
  }

  /** How much more `process` has to take before it has given `outputSamples` more, at least one. */
  inputSamplesFor(outputSamples: number): number {
    const phase = this.#phase + (outputSamples - 1) * this.#step;
    const last = this.#base + Math.floor(phase / this.#phases);
    return last + this.#reach + 1 - this.#inputSamples;
  }

  /** An upper bound of what `process` gives for `inputSamples` more. */
  maxOutputSamples(inputSamples: number): number {
    return Math.ceil(((inputSamples + 1) * this.#phases) / this.#step) + 1;
  }

  /** An upper bound of what `flush` gives. */
  get maxFlushSamples(): number {
    return this.maxOutputSamples(this.#reach + 1);
  }

  /**
   * Takes all of `input`, writes what can be given to the front of `output`, returns how many samples.
   * `output` must hold `maxOutputSamples(input.length)`, else TypeError.
   */
  process(input: Float32Array, output: Float32Array): number {
    assertRoom(output, this.maxOutputSamples(input.length));
    let count = 0;
    for (let i = 0; i < input.length; i += 1) {
      this.#take(input[i] ?? 0);
      this.#inputSamples += 1;
      count = this.#drain(output, count, Infinity);
    }
    this.#outputSamples += count;
    return count;
  }

  /** Gives the end of the stream, then starts afresh. `output` must hold `maxFlushSamples`. */
  flush(output: Float32Array): number {
    assertRoom(output, this.maxFlushSamples);
    const total = Math.ceil((this.#inputSamples * this.#phases) / this.#step);
    const missing = total - this.#outputSamples;
    let count = 0;
    while (count < missing) {
      this.#take(0);
      this.#paddedSamples += 1;
      count = this.#drain(output, count, missing);
    }
    this.reset();
    return count;
  }

  /** Forgets the stream so far. */
  reset(): void {
    this.#history.fill(0);
    this.#writeAt = 0;
    this.#inputSamples = 0;
    this.#outputSamples = 0;
    this.#paddedSamples = 0;
    this.#base = 0;
    this.#phase = 0;
  }

  #take(sample: number): void {
    const size = 2 * this.#reach;
    this.#history[this.#writeAt] = sample;
    this.#history[this.#writeAt + size] = sample;
    this.#writeAt = this.#writeAt + 1 === size ? 0 : this.#writeAt + 1;
  }

  /** Writes every output whose whole window has been taken in. */
  #drain(output: Float32Array, from: number, limit: number): number {
    const taken = this.#inputSamples + this.#paddedSamples;
    let count = from;
    while (this.#base + this.#reach < taken && count < limit) {
      output[count] = this.#convolve();
      count += 1;
      this.#phase += this.#step;
      const whole = Math.floor(this.#phase / this.#phases);
      this.#base += whole;
      this.#phase -= whole * this.#phases;
    }
    return count;
  }

  /** Outputs are drained after each input, so the window is always the last `2 * reach` inputs. */
  #convolve(): number {
    const size = 2 * this.#reach;
    const row = this.#phase * size;
    const from = this.#writeAt;
    const history = this.#history;
    const filters = this.#filters;
    let sum = 0;
    for (let i = 0; i < size; i += 1) sum += (history[from + i] ?? 0) * (filters[row + i] ?? 0);
    return sum;
  }
}

/** Resamples a whole recording. */
export function resample(pcm: Float32Array, options: ResamplerOptions): Float32Array<ArrayBuffer> {
  const resampler = new Resampler(options);
  const output = new Float32Array(
    resampler.maxOutputSamples(pcm.length) + resampler.maxFlushSamples,
  );
  const count = resampler.process(pcm, output);
  return output.slice(0, count + resampler.flush(output.subarray(count)));
}

function createFilters(options: { phases: number; reach: number; cutoff: number }): Float32Array {
  const { phases, reach, cutoff } = options;
  const size = 2 * reach;
  const filters = new Float32Array(phases * size);
  for (let phase = 0; phase < phases; phase += 1) {
    const row = filters.subarray(phase * size, (phase + 1) * size);
    let sum = 0;
    for (let i = 0; i < size; i += 1) {
      // Distance, in input samples, from the output instant to input number i of the window.
      const distance = i - reach + 1 - phase / phases;
      const value = sinc(distance * cutoff) * kaiser(distance / reach);
      row[i] = value;
      sum += value;
    }
    // Each phase passes a constant unchanged, so that none of them adds a tone of its own.
    for (let i = 0; i < size; i += 1) row[i] = (row[i] ?? 0) / sum;
  }
  return filters;
}

/** Exactly 0 at the crossings, where the sine would leave a rounding error. */
function sinc(x: number): number {
  if (Number.isInteger(x)) return x === 0 ? 1 : 0;
  return Math.sin(Math.PI * x) / (Math.PI * x);
}

function kaiser(x: number): number {
  return Math.abs(x) > 1 ? 0 : bessel(KAISER_BETA * Math.sqrt(1 - x * x)) / bessel(KAISER_BETA);
}

/** The modified Bessel function of order 0, by its power series. */
function bessel(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-12; k += 1) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

function assertPositive(path: string, value: number): void {
  if (Number.isInteger(value) && value > 0) return;
  throw new TypeError(`${path}: must be a positive integer, got ${value}`);
}

function assertRoom(output: Float32Array, samples: number): void {
  if (output.length >= samples) return;
  throw new TypeError(`output: must hold ${samples} samples, holds ${output.length}`);
}
