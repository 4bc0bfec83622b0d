// Synthetic signals for the tests of the talk report.

export const RATE_HZ = 48_000;

/** A tone of amplitude 0.3 (-13.5 dBFS RMS) over each [startMs, endMs), silence elsewhere. */
export function tones(
  lengthMs: number,
  ...spansMs: readonly (readonly [number, number])[]
): Float32Array {
  const signal = new Float32Array((lengthMs * RATE_HZ) / 1000);
  for (const [startMs, endMs] of spansMs) {
    const from = (startMs * RATE_HZ) / 1000;
    const to = (endMs * RATE_HZ) / 1000;
    for (let index = from; index < to; index += 1) {
      signal[index] = 0.3 * Math.cos((2 * Math.PI * 400 * (index - from)) / RATE_HZ);
    }
  }
  return signal;
}

/** Noise that is the same on every machine; even, in [-amplitude, amplitude). */
export function noise(samples: number, options: { seed: number; amplitude: number }): Float32Array {
  let state = options.seed;
  return Float32Array.from({ length: samples }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state / 2 ** 31 - 1) * options.amplitude;
  });
}
