// Triangular filters on the mel scale of Slaney's auditory toolbox, each of area one. In any worker.

/** Weights of the bins from `firstBin` on; all others weigh nothing. */
export interface MelFilter {
  readonly firstBin: number;
  readonly weights: Float64Array;
}

export interface MelFilterOptions {
  readonly filters: number;
  /** Of the power spectrum, from 0 Hz to half the sample rate, both included. */
  readonly bins: number;
  readonly sampleRateHz: number;
}

/** The scale is linear up to here, and logarithmic above: 27 steps per factor of 6.4. */
const KNEE_HZ = 1_000;
const KNEE_MEL = 15;
const HZ_PER_MEL = KNEE_HZ / KNEE_MEL;
const MELS_PER_LOG = 27 / Math.log(6.4);

/** Evenly spread on the mel scale over the whole spectrum, lowest first. */
export function createMelFilters(options: MelFilterOptions): readonly MelFilter[] {
  const { filters, bins, sampleRateHz } = options;
  const topMel = toMel(sampleRateHz / 2);
  const cornerHz = (index: number): number => toHz((topMel * index) / (filters + 1));
  const binHz = sampleRateHz / 2 / (bins - 1);
  return Array.from({ length: filters }, (_, index) => {
    const [lowHz, peakHz, highHz] = [cornerHz(index), cornerHz(index + 1), cornerHz(index + 2)];
    const firstBin = Math.floor(lowHz / binHz) + 1;
    const lastBin = Math.min(bins - 1, Math.ceil(highHz / binHz) - 1);
    const weights = Float64Array.from({ length: lastBin - firstBin + 1 }, (_value, offset) => {
      const hz = (firstBin + offset) * binHz;
      const slope = Math.min((hz - lowHz) / (peakHz - lowHz), (highHz - hz) / (highHz - peakHz));
      return (2 / (highHz - lowHz)) * slope;
    });
    return { firstBin, weights };
  });
}

function toMel(hz: number): number {
  return hz < KNEE_HZ ? hz / HZ_PER_MEL : KNEE_MEL + Math.log(hz / KNEE_HZ) * MELS_PER_LOG;
}

function toHz(mel: number): number {
  return mel < KNEE_MEL ? mel * HZ_PER_MEL : KNEE_HZ * Math.exp((mel - KNEE_MEL) / MELS_PER_LOG);
}
