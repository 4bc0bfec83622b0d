// What products of whole numbers have in common, in AssemblyScript: rows of f32 are rounded to 16 bits and multiplied two
// by two. Addresses are bytes.
import { VECTOR } from './rows';
import { madd } from './simd';

/** Added to a number it leaves the nearest whole one in the lowest bits, */
const WHOLE: f32 = 12_582_912;
/** beside these. */
const WHOLE_BITS: i32 = 0x4b400000;

/** The largest of a row of f32, without its sign; `size` in bytes, a multiple of 16. */
export function peakOf(row: usize, size: usize): f32 {
  let peaks = f32x4.splat(0);
  for (let at = row; at < row + size; at += VECTOR) {
    peaks = f32x4.max(peaks, f32x4.abs(v128.load(at)));
  }
  return largestOf(peaks);
}

/** Of the four lanes. */
export function largestOf(x: v128): f32 {
  return max(
    max(f32x4.extract_lane(x, 0), f32x4.extract_lane(x, 1)),
    max(f32x4.extract_lane(x, 2), f32x4.extract_lane(x, 3)),
  );
}

/** Whole numbers nearest to those of f32 times `factor`, each less than 2^22. */
export function toWhole(x: v128, factor: v128): v128 {
  return i32x4.sub(madd(x, factor, f32x4.splat(WHOLE)), i32x4.splat(WHOLE_BITS));
}

/** A row of f32 times `factor` as i16, which it fits into; `size` in bytes, a multiple of 32. */
export function roundRow(row: usize, size: usize, factor: f32, out: usize): void {
  const scale = f32x4.splat(factor);
  for (const end = row + size; row < end; row += 2 * VECTOR) {
    const low = toWhole(v128.load(row), scale);
    const high = toWhole(v128.load(row, 16), scale);
    v128.store(out, i16x8.narrow_i32x4_s(low, high));
    out += VECTOR;
  }
}

/** Sums of the products of pairs, four at a time. */
export function addDot(sum: v128, x: v128, weights: v128): v128 {
  return i32x4.add(sum, i32x4.dot_i16x8_s(x, weights));
}

/** Whole numbers as f32 times factors. */
export function toFloats(x: v128, factors: v128): v128 {
  return f32x4.mul(f32x4.convert_i32x4_s(x), factors);
}

/**
 * Four rows of i16, `stride` bytes apart, times a panel i16 [depth / 2][8][2], times factors of the outputs: f32 [4][8] at
 * `out`, rows `outStride` bytes apart, on top of what is there if `add`; `depth` a multiple of 4.
 */
export function multiplyFourWhole(
  a: usize,
  stride: usize,
  depth: i32,
  panel: usize,
  lowFactors: v128,
  highFactors: v128,
  out: usize,
  outStride: usize,
  add: bool,
): void {
  let l0 = i32x4.splat(0),
    h0 = l0,
    l1 = l0,
    h1 = l0,
    l2 = l0,
    h2 = l0,
    l3 = l0,
    h3 = l0;
  let a0 = a,
    a1 = a + stride,
    a2 = a1 + stride,
    a3 = a2 + stride;
  const end = a0 + ((<usize>depth) << 1);
  while (a0 < end) {
    let low = v128.load(panel);
    let high = v128.load(panel, 16);
    let x = v128.load32_splat(a0);
    l0 = addDot(l0, x, low);
    h0 = addDot(h0, x, high);
    x = v128.load32_splat(a1);
    l1 = addDot(l1, x, low);
    h1 = addDot(h1, x, high);
    x = v128.load32_splat(a2);
    l2 = addDot(l2, x, low);
    h2 = addDot(h2, x, high);
    x = v128.load32_splat(a3);
    l3 = addDot(l3, x, low);
    h3 = addDot(h3, x, high);
    low = v128.load(panel, 32);
    high = v128.load(panel, 48);
    x = v128.load32_splat(a0, 4);
    l0 = addDot(l0, x, low);
    h0 = addDot(h0, x, high);
    x = v128.load32_splat(a1, 4);
    l1 = addDot(l1, x, low);
    h1 = addDot(h1, x, high);
    x = v128.load32_splat(a2, 4);
    l2 = addDot(l2, x, low);
    h2 = addDot(h2, x, high);
    x = v128.load32_splat(a3, 4);
    l3 = addDot(l3, x, low);
    h3 = addDot(h3, x, high);
    panel += 64;
    a0 += 8;
    a1 += 8;
    a2 += 8;
    a3 += 8;
  }
  putFloats(out, l0, lowFactors, add);
  putFloats(out + VECTOR, h0, highFactors, add);
  out += outStride;
  putFloats(out, l1, lowFactors, add);
  putFloats(out + VECTOR, h1, highFactors, add);
  out += outStride;
  putFloats(out, l2, lowFactors, add);
  putFloats(out + VECTOR, h2, highFactors, add);
  out += outStride;
  putFloats(out, l3, lowFactors, add);
  putFloats(out + VECTOR, h3, highFactors, add);
}

function putFloats(out: usize, x: v128, factors: v128, add: bool): void {
  const floats = f32x4.convert_i32x4_s(x);
  v128.store(out, add ? madd(floats, factors, v128.load(out)) : f32x4.mul(floats, factors));
}
