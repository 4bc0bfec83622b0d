// Rows of f32 channels times matrices, and what is done to each value of them, in AssemblyScript. Addresses are bytes. The last three arguments of what is shared
// between threads are the units to do, from and to, and scratch memory of the thread's own.
import { madd } from './simd';

export const VECTOR: usize = 16;
/** Rows to a unit of what goes over a whole signal. */
export const BLOCK = 64;

/** A panel of i16 [depth][8] as floats, times a scale for each output. */
export function unpack(
  weights: usize,
  depth: i32,
  lowScale: v128,
  highScale: v128,
  out: usize,
): void {
  const end = out + ((<usize>depth) << 5);
  while (out < end) {
    const v = v128.load(weights);
    const low = f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(v));
    const high = f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(v));
    v128.store(out, f32x4.mul(low, lowScale));
    v128.store(out, f32x4.mul(high, highScale), 16);
    weights += 16;
    out += 32;
  }
}

/** Four rows times a panel, plus a bias; `depth` a multiple of 4. */
export function multiplyFour(
  a: usize,
  stride: usize,
  depth: i32,
  panel: usize,
  out: usize,
  outStride: usize,
  biasLow: v128,
  biasHigh: v128,
): void {
  let l0 = biasLow,
    h0 = biasHigh,
    l1 = biasLow,
    h1 = biasHigh,
    l2 = biasLow,
    h2 = biasHigh,
    l3 = biasLow,
    h3 = biasHigh;
  let a0 = a,
    a1 = a + stride,
    a2 = a1 + stride,
    a3 = a2 + stride;
  const end = a + ((<usize>depth) << 2);
  while (a0 < end) {
    for (let k: usize = 0; k < 4; k++) {
      const low = v128.load(panel + (k << 5));
      const high = v128.load(panel + (k << 5), 16);
      let x = v128.load32_splat(a0 + (k << 2));
      l0 = madd(x, low, l0);
      h0 = madd(x, high, h0);
      x = v128.load32_splat(a1 + (k << 2));
      l1 = madd(x, low, l1);
      h1 = madd(x, high, h1);
      x = v128.load32_splat(a2 + (k << 2));
      l2 = madd(x, low, l2);
      h2 = madd(x, high, h2);
      x = v128.load32_splat(a3 + (k << 2));
      l3 = madd(x, low, l3);
      h3 = madd(x, high, h3);
    }
    panel += 128;
    a0 += 16;
    a1 += 16;
    a2 += 16;
    a3 += 16;
  }
  v128.store(out, l0);
  v128.store(out, h0, 16);
  out += outStride;
  v128.store(out, l1);
  v128.store(out, h1, 16);
  out += outStride;
  v128.store(out, l2);
  v128.store(out, h2, 16);
  out += outStride;
  v128.store(out, l3);
  v128.store(out, h3, 16);
}

/** Four rows or more times a panel, plus a bias. */
function multiplyPanel(
  x: usize,
  stride: usize,
  rows: i32,
  depth: i32,
  panel: usize,
  biasLow: v128,
  biasHigh: v128,
  out: usize,
  outStride: usize,
): void {
  for (let row = 0; row < rows; row += 4) {
    // The last four may overlap the four before.
    const at = <usize>min(row, rows - 4);
    const to = out + outStride * at;
    multiplyFour(x + stride * at, stride, depth, panel, to, outStride, biasLow, biasHigh);
  }
}

/**
 * Rows of a signal times a matrix: any convolution, where a row is as long as its taps together and begins
 * `stride` bytes after the one before. A unit is a panel of eight outputs. Weights by panels: i16 [depth][8], depth
 * a multiple of 4, with one scale per output (f32 at `scales`); at least four rows. Scratch: a panel as f32.
 */
export function multiplyRows(
  x: usize,
  stride: usize,
  rows: i32,
  depth: i32,
  weights: usize,
  scales: usize,
  bias: usize,
  out: usize,
  outStride: usize,
  from: i32,
  to: i32,
  scratch: usize,
): void {
  for (let panel = from; panel < to; panel++) {
    const offset = (<usize>panel) << 5;
    unpack(
      weights + ((<usize>(panel * depth)) << 4),
      depth,
      v128.load(scales + offset),
      v128.load(scales + offset, 16),
      scratch,
    );
    const low = v128.load(bias + offset);
    const high = v128.load(bias + offset, 16);
    multiplyPanel(x, stride, rows, depth, scratch, low, high, out + offset, outStride);
  }
}

/** Leaky ReLU, over units of 64 rows; `out` may be `x`. */
export function leak(
  x: usize,
  channels: i32,
  rows: i32,
  slope: f32,
  out: usize,
  from: i32,
  to: i32,
  _scratch: usize,
): void {
  const row = (<usize>channels) << 2;
  const end = row * <usize>min(rows, to * BLOCK);
  const below = f32x4.splat(slope);
  for (let at = row * <usize>(from * BLOCK); at < end; at += VECTOR) {
    const value = v128.load(x + at);
    v128.store(out + at, f32x4.max(value, f32x4.mul(value, below)));
  }
}

/** x = (x + a) * factor, over units of 64 rows. */
export function addScaled(
  x: usize,
  a: usize,
  factor: f32,
  channels: i32,
  rows: i32,
  from: i32,
  to: i32,
  _scratch: usize,
): void {
  const row = (<usize>channels) << 2;
  const end = row * <usize>min(rows, to * BLOCK);
  const scale = f32x4.splat(factor);
  for (let at = row * <usize>(from * BLOCK); at < end; at += VECTOR) {
    v128.store(x + at, f32x4.mul(f32x4.add(v128.load(x + at), v128.load(a + at)), scale));
  }
}
