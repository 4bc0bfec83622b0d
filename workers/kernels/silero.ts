// The arithmetic of the Silero voice detector, in AssemblyScript: `npm run kernels` makes silero.wasm.ts of it,
// once with relaxed SIMD and once without. Addresses are bytes in linear memory, numbers f32; whoever calls lays
// the memory out.
import { exp4, madd } from './simd';

/**
 * Products of a matrix with `count` vectors, `stride` bytes apart (they may overlap), plus the bias, none of
 * them below `floor`. Weights: for eight rows and each column eight numbers. `rows` is a multiple of 8, `depth`
 * of 2.
 */
export function multiply(
  weights: usize,
  bias: usize,
  rows: i32,
  depth: i32,
  x: usize,
  stride: usize,
  count: i32,
  floor: f32,
  out: usize,
  outStride: usize,
): void {
  const least = f32x4.splat(floor);
  while (count > 0) {
    const together = count >= 4 ? 4 : 1;
    if (together === 4) four(weights, bias, rows, depth, x, stride, least, out, outStride);
    else one(weights, bias, rows, depth, x, least, out);
    count -= together;
    x += <usize>together * stride;
    out += <usize>together * outStride;
  }
}

function one(
  w: usize,
  bias: usize,
  rows: i32,
  depth: i32,
  x: usize,
  least: v128,
  out: usize,
): void {
  const end = x + ((<usize>depth) << 2);
  const none = f32x4.splat(0);
  for (let row = 0; row < rows; row += 8) {
    let a = v128.load(bias);
    let b = v128.load(bias, 16);
    // A second pair: sums that wait for each other would leave the unit idle.
    let c = none;
    let d = none;
    for (let at = x; at < end; at += 8) {
      const even = v128.load32_splat(at);
      const odd = v128.load32_splat(at, 4);
      a = madd(v128.load(w), even, a);
      b = madd(v128.load(w, 16), even, b);
      c = madd(v128.load(w, 32), odd, c);
      d = madd(v128.load(w, 48), odd, d);
      w += 64;
    }
    v128.store(out, f32x4.max(f32x4.add(a, c), least));
    v128.store(out, f32x4.max(f32x4.add(b, d), least), 16);
    bias += 32;
    out += 32;
  }
}

function four(
  w: usize,
  bias: usize,
  rows: i32,
  depth: i32,
  x: usize,
  stride: usize,
  least: v128,
  out: usize,
  outStride: usize,
): void {
  const end = x + ((<usize>depth) << 2);
  for (let row = 0; row < rows; row += 8) {
    const low = v128.load(bias);
    const high = v128.load(bias, 16);
    let a0 = low,
      a1 = low,
      a2 = low,
      a3 = low;
    let b0 = high,
      b1 = high,
      b2 = high,
      b3 = high;
    for (let at = x; at < end; at += 4) {
      const v = v128.load(w);
      const u = v128.load(w, 16);
      const x0 = v128.load32_splat(at);
      const x1 = v128.load32_splat(at + stride);
      const x2 = v128.load32_splat(at + 2 * stride);
      const x3 = v128.load32_splat(at + 3 * stride);
      a0 = madd(v, x0, a0);
      b0 = madd(u, x0, b0);
      a1 = madd(v, x1, a1);
      b1 = madd(u, x1, b1);
      a2 = madd(v, x2, a2);
      b2 = madd(u, x2, b2);
      a3 = madd(v, x3, a3);
      b3 = madd(u, x3, b3);
      w += 32;
    }
    v128.store(out, f32x4.max(a0, least));
    v128.store(out, f32x4.max(b0, least), 16);
    v128.store(out + outStride, f32x4.max(a1, least));
    v128.store(out + outStride, f32x4.max(b1, least), 16);
    v128.store(out + 2 * outStride, f32x4.max(a2, least));
    v128.store(out + 2 * outStride, f32x4.max(b2, least), 16);
    v128.store(out + 3 * outStride, f32x4.max(a3, least));
    v128.store(out + 3 * outStride, f32x4.max(b3, least), 16);
    bias += 32;
    out += 32;
  }
}

/** Absolute values of `count` complex numbers, a multiple of 4: all real parts, then all imaginary ones. */
export function magnitudes(x: usize, count: i32, out: usize): void {
  const end = (<usize>count) << 2;
  for (let at: usize = 0; at < end; at += 16) {
    const re = v128.load(x + at);
    const im = v128.load(x + end + at);
    v128.store(out + at, f32x4.sqrt(madd(re, re, f32x4.mul(im, im))));
  }
}

/** One step of an LSTM of `size` cells, a multiple of 4: `gates` are input, forget, cell, output before their curves. */
export function step(gates: usize, size: i32, cell: usize, hidden: usize): void {
  const end = (<usize>size) << 2;
  for (let at: usize = 0; at < end; at += 16) {
    const input = sigmoid4(v128.load(gates + at));
    const forget = sigmoid4(v128.load(gates + end + at));
    const fresh = tanh4(v128.load(gates + 2 * end + at));
    const output = sigmoid4(v128.load(gates + 3 * end + at));
    const kept = madd(forget, v128.load(cell + at), f32x4.mul(input, fresh));
    v128.store(cell + at, kept);
    v128.store(hidden + at, f32x4.mul(output, tanh4(kept)));
  }
}

function sigmoid4(x: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.div(one, f32x4.add(one, exp4(f32x4.neg(x))));
}

function tanh4(x: v128): v128 {
  const twice = sigmoid4(f32x4.add(x, x));
  return f32x4.sub(f32x4.add(twice, twice), f32x4.splat(1));
}
