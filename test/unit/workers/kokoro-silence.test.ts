import { describe, expect, test } from 'vitest';
import { abridge } from '../../../workers/runtimes/kokoro/silence.ts';

const SILENT = -8;
const LOUD = 6;

function draw(...parts: readonly (readonly [value: number, frames: number])[]): Float32Array {
  return Float32Array.from(parts.flatMap(([value, frames]) => Array<number>(frames).fill(value)));
}

describe('abridge', () => {
  test('leaves out all but ten frames of the silence at each end', () => {
    const { stretches, skipped, leftOut } = abridge(draw([SILENT, 30], [LOUD, 50], [SILENT, 40]));
    expect(stretches).toEqual([
      { from: 0, to: 6 },
      { from: 26, to: 84 },
      { from: 114, to: 120 },
    ]);
    expect(skipped).toBe(20);
    const missing = leftOut.reduce((sum, each) => sum + each.missing, 0);
    // 70 frames are made, and stand for 120.
    expect(missing).toBeCloseTo(50 / 70, 9);
  });

  test('what stands for silence is silent, and away from the voice, the ends and every seam', () => {
    const { leftOut } = abridge(draw([SILENT, 30], [LOUD, 50], [SILENT, 40]));
    const inFrames = leftOut.map(({ from, to }) => [from * 70, to * 70].map(Math.round));
    expect(inFrames).toEqual([
      [2, 5],
      [7, 8],
      [62, 63],
      [65, 68],
    ]);
  });

  test('silence within the voice stays', () => {
    const loudness = draw([LOUD, 10], [SILENT, 60], [LOUD, 10]);
    expect(abridge(loudness)).toEqual({
      stretches: [{ from: 0, to: 80 }],
      skipped: 0,
      leftOut: [],
    });
  });

  test('short silence stays', () => {
    const loudness = draw([SILENT, 10], [LOUD, 20], [SILENT, 10]);
    expect(abridge(loudness).stretches).toEqual([{ from: 0, to: 40 }]);
  });

  test('only silence stays as it is', () => {
    const loudness = draw([SILENT, 40]);
    expect(abridge(loudness)).toEqual({
      stretches: [{ from: 0, to: 40 }],
      skipped: 0,
      leftOut: [],
    });
  });
});
