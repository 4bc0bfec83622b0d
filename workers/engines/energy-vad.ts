// Voice activity by loudness over the background: for who asks for it, and the floor when no model can be loaded. Turn worker.
import type { EngineInfo } from '../../src/core/contracts/engine.ts';
import type { VadEngine } from '../../src/core/contracts/vad.ts';

const SAMPLE_RATE_HZ = 16_000;
const WINDOW_SAMPLES = 512;
/** The background is the quietest window of the last 1.5 s: speech pauses more often than that. */
const FLOOR_WINDOWS = 48;
/** -50 dBFS: what the background is taken for before anything was heard. */
const INITIAL_FLOOR = 3e-3;
/** -65 dBFS: a background quieter than this counts as this quiet, so that its rustle is no speech. */
const LOWEST_FLOOR = 5.6e-4;
/** Even odds of speech at 10 dB over the background, and nine to one 4.4 dB above that. */
const EVEN_ODDS_DB = 10;
const SLOPE_DB = 2;

/** Hears voice in any sound that stands out: music, steps and doors too. Costs a few microseconds. */
export function createEnergyVad(): VadEngine {
  return new EnergyVad();
}

class EnergyVad implements VadEngine {
  readonly sampleRateHz: number = SAMPLE_RATE_HZ;
  readonly windowSamples: number = WINDOW_SAMPLES;
  readonly info: EngineInfo = {
    name: 'energy',
    stage: 'vad',
    modelIds: [],
    backend: 'js',
    threads: 1,
  };

  readonly #levels = new Float32Array(FLOOR_WINDOWS).fill(INITIAL_FLOOR);
  #next = 0;

  async process(window: Float32Array): Promise<number> {
    if (window.length !== WINDOW_SAMPLES) {
      throw new TypeError(`window must hold ${WINDOW_SAMPLES} samples, not ${window.length}.`);
    }
    let energy = 0;
    for (const sample of window) energy += sample * sample;
    const level = Math.sqrt(energy / WINDOW_SAMPLES);
    this.#levels[this.#next] = level;
    this.#next = (this.#next + 1) % FLOOR_WINDOWS;
    const floor = Math.max(LOWEST_FLOOR, Math.min(...this.#levels));
    const overFloorDb = 20 * Math.log10(Math.max(level, LOWEST_FLOOR) / floor);
    return 1 / (1 + Math.exp((EVEN_ODDS_DB - overFloorDb) / SLOPE_DB));
  }

  reset(): void {
    this.#levels.fill(INITIAL_FLOOR);
    this.#next = 0;
  }

  async dispose(): Promise<void> {
    this.reset();
  }
}
