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

/**
 * Packs a matrix of bytes for `multiplyBytes`: panels of eight outputs, u8 [depth][8], `depth` being `inputs` times
 * `taps`, inputs first, rounded up to a multiple of 4. A byte lies at `from` plus its output, input and tap times their
 * strides; `flip` is 128 for signed ones, else 0. What is beyond the depth gets the output's zero point (i16 at
 * `zeros`). A unit is a panel.
 */
export function packBytes(
  bytes: usize,
  outputs: i32,
  inputs: i32,
  taps: i32,
  outputStride: usize,
  inputStride: usize,
  tapStride: usize,
  flip: i32,
  zeros: usize,
  out: usize,
  from: i32,
  to: i32,
  _scratch: usize,
): void {
  const depth = (inputs * taps + 3) & ~3;
  for (let panel = from; panel < to; panel++) {
    for (let place = 0; place < 8; place++) {
      const output = (panel << 3) + place;
      let at = out + ((<usize>(panel * depth)) << 3) + <usize>place;
      // Outputs that are not there have a scale of zero: any byte will do.
      const start = bytes + outputStride * <usize>min(output, outputs - 1);
      for (let tap = 0; tap < taps; tap++) {
        let value = start + tapStride * <usize>tap;
        for (let input = 0; input < inputs; input++) {
          store<u8>(at, <u8>((<i32>load<u8>(value)) ^ flip));
          value += inputStride;
          at += 8;
        }
      }
      const zero = <u8>load<i16>(zeros + ((<usize>output) << 1));
      for (let k = inputs * taps; k < depth; k++) {
        store<u8>(at, zero);
        at += 8;
      }
    }
  }
}

/** A panel of u8 [depth][8] as floats: less the zero points, times a scale for each output. */
function unpackBytes(
  weights: usize,
  depth: i32,
  zeros: v128,
  lowScale: v128,
  highScale: v128,
  out: usize,
): void {
  const end = out + ((<usize>depth) << 5);
  while (out < end) {
    const v = i16x8.sub(v128.load_ext<u8>(weights), zeros);
    const low = f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(v));
    const high = f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(v));
    v128.store(out, f32x4.mul(low, lowScale));
    v128.store(out, f32x4.mul(high, highScale), 16);
    weights += 8;
    out += 32;
  }
}

/** One row times a panel of bytes, in one pass over them; `depth` a multiple of 2. */
function multiplyOne(
  a: usize,
  depth: i32,
  weights: usize,
  zeros: v128,
  lowScale: v128,
  highScale: v128,
  biasLow: v128,
  biasHigh: v128,
  out: usize,
): void {
  let l0 = f32x4.splat(0),
    h0 = l0,
    l1 = l0,
    h1 = l0;
  const end = a + ((<usize>depth) << 2);
  while (a < end) {
    let x = v128.load32_splat(a);
    let v = i16x8.sub(v128.load_ext<u8>(weights), zeros);
    l0 = madd(x, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(v)), l0);
    h0 = madd(x, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(v)), h0);
    x = v128.load32_splat(a, 4);
    v = i16x8.sub(v128.load_ext<u8>(weights, 8), zeros);
    l1 = madd(x, f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(v)), l1);
    h1 = madd(x, f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(v)), h1);
    weights += 16;
    a += 8;
  }
  v128.store(out, madd(f32x4.add(l0, l1), lowScale, biasLow));
  v128.store(out, madd(f32x4.add(h0, h1), highScale, biasHigh), 16);
}

/**
 * As `multiplyRows`, of any number of rows, with weights of 8 bits as `packBytes` made them: a weight is its byte less
 * the zero point of its output (i16 at `zeros`), times the output's scale. Scratch: a panel as f32.
 */
export function multiplyBytes(
  x: usize,
  stride: usize,
  rows: i32,
  depth: i32,
  weights: usize,
  zeros: usize,
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
    const bytes = weights + ((<usize>(panel * depth)) << 3);
    const zero = v128.load(zeros + ((<usize>panel) << 4));
    const lowScale = v128.load(scales + offset);
    const highScale = v128.load(scales + offset, 16);
    const low = v128.load(bias + offset);
    const high = v128.load(bias + offset, 16);
    if (rows < 4) {
      for (let row = 0; row < rows; row++) {
        const to = out + outStride * <usize>row + offset;
        const at = x + stride * <usize>row;
        multiplyOne(at, depth, bytes, zero, lowScale, highScale, low, high, to);
      }
      continue;
    }
    unpackBytes(bytes, depth, zero, lowScale, highScale, scratch);
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
