// What a voice begins with: the harmonics of its pitch and their short-time spectrum, in AssemblyScript. Addresses
// are bytes. The last three arguments are the units to do, from and to, and scratch memory of the thread's own.
import { BLOCK, VECTOR } from './rows';
import { cosTurns, exp4, madd } from './simd';

/** Samples to half a frame of the pitch, and harmonics. */
const HALF = 150;
const HARMONICS = 9;
/** Samples to a window, and from window to window. */
const WINDOW = 20;
const HOP = 5;
/** Bytes of a row of the spectrum, and of half of it. */
const ROW: usize = 96;
const PART: usize = 48;

/**
 * Samples of a sum of nine sines, through a hyperbolic tangent; a unit is a frame of 300 samples. `phases` holds f32
 * [frames + 1][2][9]: turns at the middle of the frame before, and turns from there to the middle of this one;
 * `weights` f32 [10]: of the sines, and a constant; `voiced` f32 [frames], 0 for a frame without sines.
 */
export function addHarmonics(
  phases: usize,
  weights: usize,
  voiced: usize,
  out: usize,
  from: i32,
  to: i32,
  _scratch: usize,
): void {
  const constant = v128.load32_splat(weights + 4 * HARMONICS);
  const one = f32x4.splat(1);
  for (let frame = from; frame < to; frame++) {
    const gain = v128.load32_splat(voiced + ((<usize>frame) << 2));
    for (let half = 0; half < 2; half++) {
      const row = phases + <usize>((frame + half) * HARMONICS * 8);
      const target = out + ((<usize>((2 * frame + half) * HALF)) << 2);
      for (let k = 0; k < HALF; k += 4) {
        // The last four may overlap the four before.
        const at = min(k, HALF - 4);
        const value = madd(sumSines(row, weights, at + HALF * (1 - half)), gain, constant);
        // The hyperbolic tangent is 1 - 2 / (e to the 2x + 1).
        const power = f32x4.add(exp4(f32x4.add(value, value)), one);
        const sample = f32x4.sub(one, f32x4.div(f32x4.splat(2), power));
        v128.store(target + ((<usize>at) << 2), sample);
      }
    }
  }
}

/** Weighted sines at samples k to k + 3 after the middle of a frame. */
function sumSines(row: usize, weights: usize, k: i32): v128 {
  const steps = f32x4.add(f32x4.splat(<f32>k), f32x4(0.5, 1.5, 2.5, 3.5));
  const share = f32x4.mul(steps, f32x4.splat(<f32>(1.0 / 300)));
  const quarter = f32x4.splat(0.25);
  let sum = f32x4.splat(0);
  for (let n: usize = 0; n < 4 * HARMONICS; n += 4) {
    const start = v128.load32_splat(row + n);
    const turns = madd(v128.load32_splat(row + n, 4 * HARMONICS), share, start);
    sum = madd(cosTurns(f32x4.sub(turns, quarter)), v128.load32_splat(weights + n), sum);
  }
  return sum;
}

/**
 * Rows of 24: 11 magnitudes and 11 angles of windows of 20 samples, 5 apart, over units of 64 rows. `basis` holds f32
 * [20][24]: what a sample adds to 11 real and, from the twelfth place of 12, to 11 imaginary parts.
 */
export function toMagnitudes(
  samples: usize,
  basis: usize,
  rows: i32,
  out: usize,
  from: i32,
  to: i32,
  scratch: usize,
): void {
  const end = min(rows, to * BLOCK);
  for (let row = from * BLOCK; row < end; row++) {
    const source = samples + <usize>(row * HOP * 4);
    const target = out + ROW * <usize>row;
    for (let c: usize = 0; c < PART; c += VECTOR) {
      let re = f32x4.splat(0);
      let im = f32x4.splat(0);
      let at = basis + c;
      for (let n: usize = 0; n < 4 * WINDOW; n += 4) {
        const x = v128.load32_splat(source + n);
        re = madd(x, v128.load(at), re);
        im = madd(x, v128.load(at + PART), im);
        at += ROW;
      }
      const size = f32x4.sqrt(madd(re, re, f32x4.mul(im, im)));
      v128.store(target + c, size);
      v128.store(scratch + c, angle(im, re));
    }
    memory.copy(target + 44, scratch, 44);
    f64.store(target, 0, 88);
  }
}

/** Of y and x, to some 1e-6; pi, not its negative, where y is 0 and x below. */
function angle(y: v128, x: v128): v128 {
  const zero = f32x4.splat(0);
  const ax = f32x4.abs(x);
  const ay = f32x4.abs(y);
  const larger = f32x4.max(f32x4.max(ax, ay), f32x4.splat(1e-37));
  const t = f32x4.div(f32x4.min(ax, ay), larger);
  const s = f32x4.mul(t, t);
  // The arc tangent from 0 to 1.
  let p = f32x4.splat(-0.004054058);
  p = madd(p, s, f32x4.splat(0.0218612288));
  p = madd(p, s, f32x4.splat(-0.0559098861));
  p = madd(p, s, f32x4.splat(0.0964200441));
  p = madd(p, s, f32x4.splat(-0.1390853351));
  p = madd(p, s, f32x4.splat(0.1994653599));
  p = madd(p, s, f32x4.splat(-0.3332985605));
  p = madd(p, s, f32x4.splat(0.9999993329));
  let a = f32x4.mul(p, t);
  a = v128.bitselect(f32x4.sub(f32x4.splat(1.5707963267948966), a), a, f32x4.gt(ay, ax));
  a = v128.bitselect(f32x4.sub(f32x4.splat(3.141592653589793), a), a, f32x4.lt(x, zero));
  return v128.bitselect(a, f32x4.neg(a), f32x4.ge(y, zero));
}
