// Finds where a known clip lies in a recording, by normalised cross-correlation. Pure, in Node.

export interface Placement {
  /** Recording time of the clip's first sample. */
  readonly startMs: number;
  /** 1 for an exact copy at any level, 0 for nothing alike. */
  readonly correlation: number;
}

export interface PlacementSearch {
  readonly sampleRateHz: number;
  /** Recording times between which the clip's first sample is looked for. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** The coarse search runs at a sixteenth of the rate: 3 kHz holds the energy of speech. */
const COARSE_FACTOR = 16;

/** The loudest stretch of the clip is what is compared. */
const COARSE_TEMPLATE_MS = 2_000;
const FINE_TEMPLATE_MS = 500;

/** Under this the clip is not in the recording. */
const MIN_CORRELATION = 0.5;

/** Both signals mono at `sampleRateHz`. Null when the clip is silent or nowhere to be found. */
export function placeClip(
  clip: Float32Array,
  recording: Float32Array,
  search: PlacementSearch,
): Placement | null {
  const from = Math.max(0, Math.floor((search.fromMs * search.sampleRateHz) / 1000));
  const to = Math.ceil((search.toMs * search.sampleRateHz) / 1000);
  const coarseSamples = (COARSE_TEMPLATE_MS * search.sampleRateHz) / 1000;
  const coarse = bestLag(decimate(loudest(clip, coarseSamples)), decimateSignal(recording), {
    from: Math.floor(from / COARSE_FACTOR),
    to: Math.ceil(to / COARSE_FACTOR),
  });
  if (coarse === null) return null;
  const near = coarse.lag * COARSE_FACTOR;
  const fine = bestLag(loudest(clip, (FINE_TEMPLATE_MS * search.sampleRateHz) / 1000), recording, {
    from: Math.max(0, near - 2 * COARSE_FACTOR),
    to: near + 2 * COARSE_FACTOR,
  });
  if (fine === null || coarse.correlation < MIN_CORRELATION) return null;
  const startMs = (fine.lag * 1000) / search.sampleRateHz;
  return { startMs, correlation: coarse.correlation };
}

/** A stretch with less is silence, and what is left of rounding in its running sum. */
const SILENT_ENERGY = 1e-9;

interface Template {
  readonly samples: Float32Array;
  /** Its position in the clip. */
  readonly offset: number;
}

/** The stretch of `length` samples with the most energy, looked for in steps of a quarter. */
function loudest(clip: Float32Array, length: number): Template {
  const step = Math.max(1, Math.floor(length / 4 / COARSE_FACTOR) * COARSE_FACTOR);
  let best: Template = { samples: clip.subarray(0, length), offset: 0 };
  let bestEnergy = energy(best.samples);
  for (let offset = step; offset + length <= clip.length; offset += step) {
    const samples = clip.subarray(offset, offset + length);
    const candidate = energy(samples);
    if (candidate <= bestEnergy) continue;
    best = { samples, offset };
    bestEnergy = candidate;
  }
  return best;
}

function decimate(template: Template): Template {
  return {
    samples: decimateSignal(template.samples),
    offset: Math.round(template.offset / COARSE_FACTOR),
  };
}

function decimateSignal(signal: Float32Array): Float32Array {
  const result = new Float32Array(Math.floor(signal.length / COARSE_FACTOR));
  for (let index = 0; index < result.length; index += 1) {
    let sum = 0;
    for (let tap = 0; tap < COARSE_FACTOR; tap += 1)
      sum += signal[index * COARSE_FACTOR + tap] ?? 0;
    result[index] = sum / COARSE_FACTOR;
  }
  return result;
}

/** The lag of the clip's start, `from` to `to`, at which template and signal are most alike. */
function bestLag(
  template: Template,
  signal: Float32Array,
  range: { from: number; to: number },
): { lag: number; correlation: number } | null {
  const { samples, offset } = template;
  const templateEnergy = energy(samples);
  const last = Math.min(range.to, signal.length - offset - samples.length);
  if (templateEnergy === 0 || samples.length === 0 || last < range.from) return null;
  let best: { lag: number; correlation: number } | null = null;
  let heard = energy(signal.subarray(range.from + offset, range.from + offset + samples.length));
  for (let lag = range.from; lag <= last; lag += 1) {
    const at = lag + offset;
    if (heard > SILENT_ENERGY) {
      const correlation = dot(samples, signal, at) / Math.sqrt(templateEnergy * heard);
      if (best === null || correlation > best.correlation) best = { lag, correlation };
    }
    heard += (signal[at + samples.length] ?? 0) ** 2 - (signal[at] ?? 0) ** 2;
  }
  return best;
}

function dot(template: Float32Array, signal: Float32Array, at: number): number {
  let sum = 0;
  for (let index = 0; index < template.length; index += 1) {
    sum += (template[index] ?? 0) * (signal[at + index] ?? 0);
  }
  return sum;
}

function energy(signal: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < signal.length; index += 1) sum += (signal[index] ?? 0) ** 2;
  return sum;
}
