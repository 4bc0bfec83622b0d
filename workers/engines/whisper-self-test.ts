// Whether a graphics processor computes a Whisper as the processor does. In the listen worker.
import { correlate } from '../../src/core/correlation.ts';
import type { WhisperInsight } from './whisper-model.ts';

const SAMPLE_RATE_HZ = 16_000;
const SECONDS = 2;
const HARMONICS = 12;
/** 16-bit floats and other orders of sums stay far above it. */
const LEAST_LIKENESS = 0.99;

/**
 * A sound that every layer has something to do for: harmonics of a pitch that rises and falls, each with a swell of its
 * own. What it says does not matter, since the same weights are asked twice.
 */
export function toTestSound(): Float32Array {
  let turns = 0;
  return Float32Array.from({ length: SECONDS * SAMPLE_RATE_HZ }, (_, n) => {
    const t = n / SAMPLE_RATE_HZ;
    turns += (150 + 60 * Math.sin(2 * Math.PI * 0.7 * t)) / SAMPLE_RATE_HZ;
    let sample = 0;
    for (let k = 1; k <= HARMONICS; k++) {
      const swell = 1 + Math.sin(2 * Math.PI * (1 + 0.37 * k) * t);
      sample += (swell / (2 * k)) * Math.sin(2 * Math.PI * k * turns);
    }
    return 0.2 * sample;
  });
}

/** What is wrong with what a device made of the test sound, in words for a log; null for nothing. */
export function findWhisperFault(got: WhisperInsight, wanted: WhisperInsight): string | null {
  if (got.states.length !== wanted.states.length || got.scores.length !== wanted.scores.length) {
    return 'other shapes than on the processor';
  }
  if (![got.states, got.scores].every((values) => values.every(Number.isFinite))) {
    return 'values are no numbers';
  }
  const heard = toLikeness(got.states, wanted.states, wanted.width);
  if (heard < LEAST_LIKENESS) return `encoder, likeness ${heard.toFixed(4)}`;
  const said = toLikeness(got.scores, wanted.scores, wanted.scores.length);
  return said < LEAST_LIKENESS ? `decoder, likeness ${said.toFixed(4)}` : null;
}

/** Of what changes over time: a channel that is the same throughout tells nothing. A single row counts as it is. */
function toLikeness(got: Float32Array, wanted: Float32Array, width: number): number {
  const rows = wanted.length / width;
  const means = new Float64Array(width);
  for (const [at, value] of rows > 1 ? wanted.entries() : []) {
    means[at % width] = (means[at % width] ?? 0) + value / rows;
  }
  const centre = (values: Float32Array): number[] =>
    Array.from(values, (value, at) => value - (means[at % width] ?? 0));
  return correlate(centre(got), centre(wanted));
}
