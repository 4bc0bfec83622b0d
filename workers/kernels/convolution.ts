// Convolutions over time with weights of 8 bits, in AssemblyScript: whole numbers are multiplied, exactly. Weights are
// those of the model's file, signals are rounded to 16 bits. Addresses are bytes. The last three arguments of what is
// shared between threads are the units to do, from and to, and scratch memory of the thread's own.
import { madd } from './simd';

/** Outputs of a panel of weights. */
const PANEL = 8;
/** Inputs that are added up in 32 bits: see {@link roundRows}. */
const DEPTH = 512;

/**
 * Weights by panels, for pairs of inputs: i8 [depth / 2][8][2], depth = taps * width. A unit is one panel. The byte of
 * output o, input i and tap t lies at source + o * outputStride + i * inputStride + t; `flip` 128 makes signed bytes of
 * unsigned ones. What is missing up to eight outputs or up to `width`, a multiple of 2, is zero.
 */
export function packTaps(
  source: usize,
  outputs: i32,
  inputs: i32,
  taps: i32,
  outputStride: i32,
  inputStride: i32,
  width: i32,
  flip: i32,
  out: usize,
  from: i32,
  to: i32,
  _scratch: usize,
): void {
  const size = (<usize>(taps * width)) << 3;
  memory.fill(out + size * <usize>from, 0, size * <usize>(to - from));
  for (let panel = from; panel < to; panel++) {
    const target = out + size * <usize>panel;
    const first = panel * PANEL;
    const count = min(PANEL, outputs - first);
    for (let o = 0; o < count; o++) {
      const row = source + <usize>((first + o) * outputStride);
      for (let tap = 0; tap < taps; tap++) {
        let at = row + <usize>tap;
        const place = target + <usize>(tap * width * PANEL + 2 * o);
        for (let i = 0; i < inputs; i++) {
          // Pairs are 16 bytes apart.
          store<u8>(place + <usize>(((i >> 1) << 4) | (i & 1)), load<u8>(at) ^ (<u8>flip));
          at += inputStride;
        }
      }
    }
  }
}

/**
 * Rows of f32, `stride` bytes apart, as i16, close together: the largest becomes `peak`. What an i16 of 1 stands for.
 * `width` is a multiple of 8. Products with weights up to (2 ^ 31 - 1) / 512 / `peak` add up without overflow.
 */
export function roundRows(
  x: usize,
  stride: usize,
  width: i32,
  rows: i32,
  peak: f32,
  out: usize,
): f32 {
  const size = (<usize>width) << 2;
  const end = x + stride * <usize>rows;
  let a = f32x4.splat(0);
  let b = a;
  for (let row = x; row < end; row += stride) {
    for (let at = row; at < row + size; at += 32) {
      a = f32x4.max(a, f32x4.abs(v128.load(at)));
      b = f32x4.max(b, f32x4.abs(v128.load(at, 16)));
    }
  }
  a = f32x4.max(a, b);
  const largest = max(
    max(f32x4.extract_lane(a, 0), f32x4.extract_lane(a, 1)),
    max(f32x4.extract_lane(a, 2), f32x4.extract_lane(a, 3)),
  );
  const factor = f32x4.splat(largest === 0 ? 0 : peak / largest);
  for (let row = x; row < end; row += stride) {
    for (let at = row; at < row + size; at += 32) {
      const low = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(at), factor)));
      const high = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(at, 16), factor)));
      v128.store(out, i16x8.narrow_i32x4_s(low, high));
      out += 16;
    }
  }
  return largest / peak;
}

/** Pairs of a panel as i16 [depth / 2][8][2]: bytes less what stands for zero. */
function unpackTaps(weights: usize, depth: i32, zero: v128, out: usize): void {
  const end = out + ((<usize>depth) << 4);
  while (out < end) {
    v128.store(out, i16x8.sub(v128.load8x8_s(weights), zero));
    v128.store(out, i16x8.sub(v128.load8x8_s(weights, 8), zero), 16);
    weights += 16;
    out += 32;
  }
}

/** Four rows of i16 times a panel: f32 [4][8] at `out`. */
function multiplyFourPairs(
  a: usize,
  stride: usize,
  depth: i32,
  panel: usize,
  scaleLow: v128,
  scaleHigh: v128,
  out: usize,
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
  const end = a + ((<usize>depth) << 1);
  while (a0 < end) {
    const low = v128.load(panel);
    const high = v128.load(panel, 16);
    let x = v128.load32_splat(a0);
    l0 = i32x4.add(l0, i32x4.dot_i16x8_s(x, low));
    h0 = i32x4.add(h0, i32x4.dot_i16x8_s(x, high));
    x = v128.load32_splat(a1);
    l1 = i32x4.add(l1, i32x4.dot_i16x8_s(x, low));
    h1 = i32x4.add(h1, i32x4.dot_i16x8_s(x, high));
    x = v128.load32_splat(a2);
    l2 = i32x4.add(l2, i32x4.dot_i16x8_s(x, low));
    h2 = i32x4.add(h2, i32x4.dot_i16x8_s(x, high));
    x = v128.load32_splat(a3);
    l3 = i32x4.add(l3, i32x4.dot_i16x8_s(x, low));
    h3 = i32x4.add(h3, i32x4.dot_i16x8_s(x, high));
    panel += 32;
    a0 += 4;
    a1 += 4;
    a2 += 4;
    a3 += 4;
  }
  v128.store(out, f32x4.mul(f32x4.convert_i32x4_s(l0), scaleLow));
  v128.store(out, f32x4.mul(f32x4.convert_i32x4_s(h0), scaleHigh), 16);
  v128.store(out, f32x4.mul(f32x4.convert_i32x4_s(l1), scaleLow), 32);
  v128.store(out, f32x4.mul(f32x4.convert_i32x4_s(h1), scaleHigh), 48);
  v128.store(out, f32x4.mul(f32x4.convert_i32x4_s(l2), scaleLow), 64);
  v128.store(out, f32x4.mul(f32x4.convert_i32x4_s(h2), scaleHigh), 80);
  v128.store(out, f32x4.mul(f32x4.convert_i32x4_s(l3), scaleLow), 96);
  v128.store(out, f32x4.mul(f32x4.convert_i32x4_s(h3), scaleHigh), 112);
}

/** One row of i16 times a panel: f32 [8] at `out`; `depth` a multiple of 4. */
function multiplyOnePairs(
  a: usize,
  depth: i32,
  panel: usize,
  scaleLow: v128,
  scaleHigh: v128,
  out: usize,
): void {
  let l0 = i32x4.splat(0),
    h0 = l0,
    l1 = l0,
    h1 = l0;
  const end = a + ((<usize>depth) << 1);
  while (a < end) {
    let x = v128.load32_splat(a);
    l0 = i32x4.add(l0, i32x4.dot_i16x8_s(x, v128.load(panel)));
    h0 = i32x4.add(h0, i32x4.dot_i16x8_s(x, v128.load(panel, 16)));
    x = v128.load32_splat(a, 4);
    l1 = i32x4.add(l1, i32x4.dot_i16x8_s(x, v128.load(panel, 32)));
    h1 = i32x4.add(h1, i32x4.dot_i16x8_s(x, v128.load(panel, 48)));
    a += 8;
    panel += 64;
  }
  v128.store(out, f32x4.mul(f32x4.convert_i32x4_s(i32x4.add(l0, l1)), scaleLow));
  v128.store(out, f32x4.mul(f32x4.convert_i32x4_s(i32x4.add(h0, h1)), scaleHigh), 16);
}

/**
 * Rows of i16 from {@link roundRows}, each of which stands for `scale`, times a matrix of weights from
 * {@link packTaps}, `zero` of which stands for 0: f32 rows; any number. A row is `depth` long, a multiple of 8, and
 * begins `stride` bytes after the one before. `table` holds f32 [2][outputs]: scales of the weights and biases. With
 * `residual` other than 0 the same rows of that signal are added `factor` times; it may be `out`. A unit is a panel of
 * eight outputs.
 */
export function convolveRows(
  x: usize,
  stride: usize,
  rows: i32,
  depth: i32,
  scale: f32,
  weights: usize,
  zero: i32,
  table: usize,
  outputs: i32,
  residual: usize,
  residualStride: usize,
  factor: f32,
  out: usize,
  outStride: usize,
  from: i32,
  to: i32,
  scratch: usize,
): void {
  const one = f32x4.splat(1);
  const none = f32x4.splat(0);
  const zeros = i16x8.splat(<i16>zero);
  const column = (<usize>outputs) << 2;
  const sums = scratch + ((<usize>DEPTH) << 4);
  for (let panel = from; panel < to; panel++) {
    const offset = (<usize>panel) << 5;
    const at = table + offset;
    const source = weights + ((<usize>(panel * depth)) << 3);
    const scaleLow = f32x4.mul(v128.load(at), f32x4.splat(scale));
    const scaleHigh = f32x4.mul(v128.load(at, 16), f32x4.splat(scale));
    for (let k = 0; k < depth; k += DEPTH) {
      const size = min(DEPTH, depth - k);
      unpackTaps(source + ((<usize>k) << 3), size, zeros, scratch);
      const isFirst = k === 0;
      const a = x + ((<usize>k) << 1);
      // From the second part on sums go on where they were.
      const before = isFirst ? residual : out;
      const beforeStride = isFirst ? residualStride : outStride;
      const times = isFirst ? f32x4.splat(factor) : one;
      const low = isFirst ? v128.load(at + column) : none;
      const high = isFirst ? v128.load(at + column, 16) : none;
      for (let row = 0; row < rows;) {
        const count = row + 4 <= rows ? 4 : 1;
        const start = a + stride * <usize>row;
        if (count === 4) {
          multiplyFourPairs(start, stride, size, scratch, scaleLow, scaleHigh, sums);
        } else {
          multiplyOnePairs(start, size, scratch, scaleLow, scaleHigh, sums);
        }
        let target = out + outStride * <usize>row + offset;
        let more = before + beforeStride * <usize>row + offset;
        const end = sums + ((<usize>count) << 5);
        for (let from8 = sums; from8 < end; from8 += 32) {
          let first = f32x4.add(v128.load(from8), low);
          let second = f32x4.add(v128.load(from8, 16), high);
          if (before !== 0) {
            first = madd(v128.load(more), times, first);
            second = madd(v128.load(more, 16), times, second);
          }
          v128.store(target, first);
          v128.store(target, second, 16);
          target += outStride;
          more += beforeStride;
        }
        row += count;
      }
    }
  }
}
