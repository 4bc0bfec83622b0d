// The clips of test/fixtures/log-mel.json, put together again, and how far features are off. Portable.
import fixture from '../fixtures/log-mel.json' with { type: 'json' };
import { concatenate, noise, silence } from './recordings.ts';

type Part =
  | { readonly recording: string }
  | { readonly silenceMs: number }
  | { readonly noiseMs: number; readonly amplitude: number; readonly seed: number };

export interface LogMelCase {
  readonly name: string;
  readonly parts: readonly Part[];
  readonly samples: number;
  /** Every so many values of the reference's features. */
  readonly values: readonly number[];
}

export const NOISE_CASES = fixture.noises as readonly LogMelCase[];
/** Need recordings. */
export const SPEECH_CASES = fixture.speech as readonly LogMelCase[];

export async function assembleClip(
  { parts }: LogMelCase,
  read: (recording: string) => Promise<Float32Array>,
): Promise<Float32Array> {
  const pieces = parts.map(async (part) => {
    if ('recording' in part) return read(part.recording);
    if ('silenceMs' in part) return silence(part.silenceMs);
    return noise(part.noiseMs, part.amplitude, part.seed);
  });
  return concatenate(...(await Promise.all(pieces)));
}

/** The largest difference from the reference's features. */
export function largestError({ values }: LogMelCase, features: Float32Array): number {
  return values.reduce(
    (largest, value, i) =>
      Math.max(largest, Math.abs(value - (features[i * fixture.stride] ?? NaN))),
    0,
  );
}
