// The arithmetic of a convolutional voice decoder, in AssemblyScript: `npm run kernels` makes vocoder.wasm.ts of
// it. A signal is rows of f32 channels, one row per step of time, with rows of zeros on both sides; a convolution
// is a product of spectra where that is cheaper. Addresses are bytes. The last three arguments of what is shared
// between threads are the units to do, from and to, and scratch memory of the thread's own.
import { exp4, madd } from './simd';

/** Length of a transform. */
const SIZE = 32;
/** Its spectrum in real matrices: 0 Hz, the highest frequency, and three for each of the 15 between. */
const PARTS = 47;
/** Output channels of a panel of weights. */
const PANEL = 8;
const VECTOR: usize = 16;

/** cos(2 pi t), to some 1e-6: the nearest whole turn is taken off, the rest is a polynomial of its square. */
function cosTurns(t: v128): v128 {
  const r = f32x4.sub(t, f32x4.nearest(t));
  const s = f32x4.mul(r, r);
  let p = f32x4.splat(6.62043773);
  p = madd(p, s, f32x4.splat(-26.0364339));
  p = madd(p, s, f32x4.splat(60.1869907));
  p = madd(p, s, f32x4.splat(-85.4526491));
  p = madd(p, s, f32x4.splat(64.9392645));
  p = madd(p, s, f32x4.splat(-19.7392077));
  return madd(p, s, f32x4.splat(1));
}

/** Where the caller puts cosine and sine of k/32 turns, for k from 0 to 15. */
const TWIDDLES: usize = 1024;

function cosine(k: i32): v128 {
  return v128.load32_splat(TWIDDLES + ((<usize>k) << 3));
}

function sine(k: i32): v128 {
  return v128.load32_splat(TWIDDLES + ((<usize>k) << 3) + 4);
}

/** Complex transform of 16 values of four channels each, in place; index 4 a + b of the result is at 4 b + a. */
function transform16(re: usize, im: usize): void {
  for (let n = 0; n < 4; n++) {
    const at = (<usize>n) << 4;
    butterfly(re + at, im + at, 64);
    turn(re + at + 64, im + at + 64, 2 * n);
    turn(re + at + 128, im + at + 128, 4 * n);
    turn(re + at + 192, im + at + 192, 6 * n);
  }
  for (let n = 0; n < 4; n++) {
    const at = (<usize>n) << 6;
    butterfly(re + at, im + at, 16);
  }
}

/** Four values `step` bytes apart. */
function butterfly(re: usize, im: usize, step: usize): void {
  const r0 = v128.load(re),
    r1 = v128.load(re + step),
    r2 = v128.load(re + 2 * step),
    r3 = v128.load(re + 3 * step);
  const i0 = v128.load(im),
    i1 = v128.load(im + step),
    i2 = v128.load(im + 2 * step),
    i3 = v128.load(im + 3 * step);
  const evenR = f32x4.add(r0, r2),
    evenI = f32x4.add(i0, i2),
    restR = f32x4.sub(r0, r2),
    restI = f32x4.sub(i0, i2);
  const oddR = f32x4.add(r1, r3),
    oddI = f32x4.add(i1, i3),
    sideR = f32x4.sub(r1, r3),
    sideI = f32x4.sub(i1, i3);
  v128.store(re, f32x4.add(evenR, oddR));
  v128.store(im, f32x4.add(evenI, oddI));
  v128.store(re + step, f32x4.add(restR, sideI));
  v128.store(im + step, f32x4.sub(restI, sideR));
  v128.store(re + 2 * step, f32x4.sub(evenR, oddR));
  v128.store(im + 2 * step, f32x4.sub(evenI, oddI));
  v128.store(re + 3 * step, f32x4.sub(restR, sideI));
  v128.store(im + 3 * step, f32x4.add(restI, sideR));
}

/** Times e to the -2 pi i k/32; k up to 18. */
function turn(re: usize, im: usize, k: i32): void {
  if (k === 0) return;
  const flip = k >= 16;
  let c = cosine(k & 15);
  let s = sine(k & 15);
  if (flip) {
    c = f32x4.neg(c);
    s = f32x4.neg(s);
  }
  const r = v128.load(re);
  const i = v128.load(im);
  v128.store(re, madd(i, s, f32x4.mul(r, c)));
  v128.store(im, f32x4.sub(f32x4.mul(i, c), f32x4.mul(r, s)));
}

/** Where index k of a transformed 16 lies, in bytes. */
function placeOf(k: i32): usize {
  return (<usize>(((k & 3) << 2) | (k >> 2))) << 4;
}

/**
 * Spectra of overlapping pieces of a signal. A piece is 32 rows `dilation` apart; pieces of one phase of the
 * dilation begin `hop` such steps apart, `perPhase` of them, then comes the next phase. `x` is the first row that
 * the first piece reads. Of piece t in unit t - `first`, part p goes to out + p * partStride + unit * channels.
 */
export function toSpectra(
  x: usize,
  channels: i32,
  dilation: i32,
  hop: i32,
  perPhase: i32,
  first: i32,
  out: usize,
  partStride: usize,
  from: i32,
  to: i32,
  scratch: usize,
): void {
  const row = (<usize>channels) << 2;
  const step = row * <usize>dilation;
  const re = scratch;
  const im = scratch + 256;
  for (let unit = from; unit < to; unit++) {
    const tile = first + unit;
    const phase = tile / perPhase;
    const start = x + row * <usize>(phase + dilation * hop * (tile - phase * perPhase));
    const target = out + row * <usize>unit;
    for (let c: usize = 0; c < row; c += VECTOR) {
      let from32 = start + c;
      for (let n: usize = 0; n < 256; n += VECTOR) {
        v128.store(re + n, v128.load(from32));
        v128.store(im + n, v128.load(from32 + step));
        from32 += 2 * step;
      }
      transform16(re, im);
      storeSpectrum(re, im, target + c, partStride);
    }
  }
}

/** From the transform of even values + i odd ones to the spectrum of the 32. */
function storeSpectrum(re: usize, im: usize, out: usize, stride: usize): void {
  const r0 = v128.load(re);
  const i0 = v128.load(im);
  v128.store(out, f32x4.add(r0, i0));
  v128.store(out + stride, f32x4.sub(r0, i0));
  const half = f32x4.splat(0.5);
  for (let k = 1; k <= 8; k++) {
    const a = placeOf(k);
    const b = placeOf(16 - k);
    const ar = v128.load(re + a),
      ai = v128.load(im + a),
      br = v128.load(re + b),
      bi = v128.load(im + b);
    const evenR = f32x4.mul(f32x4.add(ar, br), half),
      evenI = f32x4.mul(f32x4.sub(ai, bi), half);
    const oddR = f32x4.mul(f32x4.add(ai, bi), half),
      oddI = f32x4.mul(f32x4.sub(br, ar), half);
    const c = cosine(k);
    const s = sine(k);
    const turnedR = madd(oddI, s, f32x4.mul(oddR, c));
    const turnedI = f32x4.sub(f32x4.mul(oddI, c), f32x4.mul(oddR, s));
    storeBin(out, stride, k, f32x4.add(evenR, turnedR), f32x4.add(evenI, turnedI));
    if (k < 8) {
      storeBin(out, stride, 16 - k, f32x4.sub(evenR, turnedR), f32x4.sub(turnedI, evenI));
    }
  }
}

function storeBin(out: usize, stride: usize, k: i32, r: v128, i: v128): void {
  const at = out + stride * <usize>(3 * k - 1);
  v128.store(at, f32x4.add(r, i));
  v128.store(at + stride, r);
  v128.store(at + 2 * stride, i);
}

/**
 * From products of spectra back to rows: the transform's last `hop` values of each piece, plus the bias. Pieces
 * are counted as for {@link toSpectra}; `out` is row 0 of the signal, rows from `rows` on are left alone. With
 * `residual` other than 0 the same rows of that signal are added.
 */
export function fromSpectra(
  spectra: usize,
  partStride: usize,
  channels: i32,
  dilation: i32,
  hop: i32,
  perPhase: i32,
  first: i32,
  bias: usize,
  residual: usize,
  out: usize,
  rows: i32,
  from: i32,
  to: i32,
  scratch: usize,
): void {
  const row = (<usize>channels) << 2;
  const re = scratch;
  const im = scratch + 256;
  for (let unit = from; unit < to; unit++) {
    const tile = first + unit;
    const phase = tile / perPhase;
    const start = phase + dilation * hop * (tile - phase * perPhase);
    const source = spectra + row * <usize>unit;
    for (let c: usize = 0; c < row; c += VECTOR) {
      loadSpectrum(re, im, source + c, partStride);
      // With the parts changed over it is the inverse.
      transform16(im, re);
      const offset = v128.load(bias + c);
      let index = start;
      for (let n = SIZE - hop; n < SIZE && index < rows; n++) {
        const part = (n & 1) === 0 ? re : im;
        let value = f32x4.add(v128.load(part + placeOf(n >> 1)), offset);
        const at = row * <usize>index + c;
        if (residual !== 0) value = f32x4.add(value, v128.load(residual + at));
        v128.store(out + at, value);
        index += dilation;
      }
    }
  }
}

function loadSpectrum(re: usize, im: usize, at: usize, stride: usize): void {
  const first = v128.load(at);
  const last = v128.load(at + stride);
  v128.store(re, f32x4.add(first, last));
  v128.store(im, f32x4.sub(first, last));
  for (let k = 1; k <= 8; k++) {
    const a = at + stride * <usize>(3 * k - 1);
    const b = at + stride * <usize>(3 * (16 - k) - 1);
    const ar = f32x4.sub(v128.load(a), v128.load(a + 2 * stride)),
      ai = f32x4.add(v128.load(a), v128.load(a + stride));
    const br = f32x4.sub(v128.load(b), v128.load(b + 2 * stride)),
      bi = f32x4.add(v128.load(b), v128.load(b + stride));
    const evenR = f32x4.add(ar, br),
      evenI = f32x4.sub(ai, bi);
    const oddR = f32x4.sub(ar, br),
      oddI = f32x4.add(ai, bi);
    const c = cosine(k);
    const s = sine(k);
    const turnedR = f32x4.sub(f32x4.mul(oddR, c), f32x4.mul(oddI, s));
    const turnedI = madd(oddR, s, f32x4.mul(oddI, c));
    const low = (<usize>k) << 4;
    v128.store(re + low, f32x4.sub(evenR, turnedI));
    v128.store(im + low, f32x4.add(evenI, turnedR));
    if (k < 8) {
      const high = (<usize>(16 - k)) << 4;
      v128.store(re + high, f32x4.add(evenR, turnedI));
      v128.store(im + high, f32x4.sub(turnedR, evenI));
    }
  }
}

/**
 * Weights of a convolution as spectra, by panels: part, then panel of eight outputs, then input, then output, each
 * an i16 of `scale`. A unit is one output. `taps` holds f32 [outputs][inputs][count]; outputs are a multiple of 8,
 * inputs of 4. What the transform back multiplies by is taken out here.
 */
export function packSpectra(
  taps: usize,
  outputs: i32,
  inputs: i32,
  count: i32,
  scale: f32,
  out: usize,
  from: i32,
  to: i32,
  scratch: usize,
): void {
  const re = scratch;
  const im = scratch + 256;
  const bins = scratch + 512;
  const next = (<usize>count) << 2;
  const unit = f32x4.splat(<f32>(1.0 / 32) / scale);
  const partStride = (<usize>(outputs * inputs)) << 1;
  for (let o = from; o < to; o++) {
    for (let i = 0; i < inputs; i += 4) {
      memory.fill(scratch, 0, 512);
      let at = taps + (<usize>(o * inputs + i) + 1) * next - 4;
      for (let n = 0; n < count; n++) {
        const value = f32x4(
          f32.load(at),
          f32.load(at + next),
          f32.load(at + 2 * next),
          f32.load(at + 3 * next),
        );
        const half = (n & 1) === 0 ? re : im;
        v128.store(half + ((<usize>(n >> 1)) << 4), f32x4.mul(value, unit));
        at -= 4;
      }
      transform16(re, im);
      storeSpectrum(re, im, bins, VECTOR);
      toFactors(bins);
      let target = out + ((<usize>(((o >> 3) * inputs + i) * PANEL + (o & 7))) << 1);
      for (let part: usize = 0; part < <usize>PARTS; part++) {
        const whole = i32x4.trunc_sat_f32x4_s(f32x4.nearest(v128.load(bins + (part << 4))));
        i32.store16(target, i32x4.extract_lane(whole, 0));
        i32.store16(target + 16, i32x4.extract_lane(whole, 1));
        i32.store16(target + 32, i32x4.extract_lane(whole, 2));
        i32.store16(target + 48, i32x4.extract_lane(whole, 3));
        target += partStride;
      }
    }
  }
}

/** What a complex product takes three real ones of: of r and i beside r + i, to r, i - r and i + r. */
function toFactors(bins: usize): void {
  for (let k: usize = 1; k < 16; k++) {
    const at = bins + ((3 * k - 1) << 4);
    const r = v128.load(at + 16);
    const i = v128.load(at + 32);
    v128.store(at, r);
    v128.store(at + 16, f32x4.sub(i, r));
    v128.store(at + 32, f32x4.add(i, r));
  }
}

/**
 * Products of spectra with packed weights; a unit is one panel of one part. `tiles` is rounded up to four: the
 * spectra have room for it. Scratch: a panel as f32, 32 bytes for each input.
 */
export function multiplySpectra(
  spectra: usize,
  partStride: usize,
  tiles: i32,
  inputs: i32,
  outputs: i32,
  weights: usize,
  scale: f32,
  out: usize,
  outPartStride: usize,
  from: i32,
  to: i32,
  scratch: usize,
): void {
  const panels = outputs >> 3;
  const inRow = (<usize>inputs) << 2;
  const outRow = (<usize>outputs) << 2;
  const zero = f32x4.splat(0);
  const factor = f32x4.splat(scale);
  for (let unit = from; unit < to; unit++) {
    const part = unit / panels;
    const panel = unit - part * panels;
    unpack(weights + ((<usize>(unit * inputs)) << 4), inputs, factor, factor, scratch);
    const x = spectra + partStride * <usize>part;
    const y = out + outPartStride * <usize>part + ((<usize>panel) << 5);
    for (let tile = 0; tile < tiles; tile += 4) {
      const source = x + inRow * <usize>tile;
      multiplyFour(source, inRow, inputs, scratch, y + outRow * <usize>tile, outRow, zero, zero);
    }
  }
}

/** A panel of i16 [depth][8] as floats, times a scale for each output. */
function unpack(weights: usize, depth: i32, lowScale: v128, highScale: v128, out: usize): void {
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
function multiplyFour(
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
    for (let row = 0; row < rows; row += 4) {
      // The last four may overlap the four before.
      const at = <usize>min(row, rows - 4);
      multiplyFour(
        x + stride * at,
        stride,
        depth,
        scratch,
        out + outStride * at + offset,
        outStride,
        low,
        high,
      );
    }
  }
}

/** Rows to a unit of {@link sumRows} and of the activations. */
const BLOCK = 64;

/**
 * Sums of the differences of rows to the row at `pilot`, and of their squares: for each unit of 64 rows f32
 * [2][channels] at `sums`.
 */
export function sumRows(
  x: usize,
  channels: i32,
  rows: i32,
  pilot: usize,
  sums: usize,
  from: i32,
  to: i32,
  _scratch: usize,
): void {
  const row = (<usize>channels) << 2;
  for (let unit = from; unit < to; unit++) {
    const start = x + row * <usize>(unit * BLOCK);
    const end = x + row * <usize>min(rows, (unit + 1) * BLOCK);
    const target = sums + ((row * <usize>unit) << 1);
    for (let c: usize = 0; c < row; c += 2 * VECTOR) {
      const pilotA = v128.load(pilot + c);
      const pilotB = v128.load(pilot + c, 16);
      let sumA = f32x4.splat(0),
        sumB = f32x4.splat(0),
        squaresA = f32x4.splat(0),
        squaresB = f32x4.splat(0);
      for (let at = start + c; at < end + c; at += row) {
        const a = f32x4.sub(v128.load(at), pilotA);
        const b = f32x4.sub(v128.load(at, 16), pilotB);
        sumA = f32x4.add(sumA, a);
        sumB = f32x4.add(sumB, b);
        squaresA = madd(a, a, squaresA);
        squaresB = madd(b, b, squaresB);
      }
      v128.store(target + c, sumA);
      v128.store(target + c, sumB, 16);
      v128.store(target + row + c, squaresA);
      v128.store(target + row + c, squaresB, 16);
    }
  }
}

/** Adds the sums of `units` units up into f32 [2][channels] at `total`, times `weight`. */
export function addSums(sums: usize, channels: i32, units: i32, weight: f32, total: usize): void {
  const size = (<usize>channels) << 3;
  const factor = f32x4.splat(weight);
  for (let c: usize = 0; c < size; c += VECTOR) {
    let sum = f32x4.splat(0);
    for (let unit = 0; unit < units; unit++)
      sum = f32x4.add(sum, v128.load(sums + size * <usize>unit + c));
    v128.store(total + c, madd(sum, factor, v128.load(total + c)));
  }
}

/**
 * The factor and offset of each channel that give it mean `shift` and deviation 1 + `gain`: f32 [2][channels] at
 * `out`, of f32 [2][channels] gains and shifts at `style`; `total` is of `count` rows.
 */
export function settle(
  total: usize,
  channels: i32,
  count: f32,
  pilot: usize,
  style: usize,
  epsilon: f32,
  out: usize,
): void {
  const row = (<usize>channels) << 2;
  const inverse = f32x4.splat(<f32>1 / count);
  const one = f32x4.splat(1);
  for (let c: usize = 0; c < row; c += VECTOR) {
    const mean = f32x4.mul(v128.load(total + c), inverse);
    const squares = f32x4.mul(v128.load(total + row + c), inverse);
    const variance = f32x4.max(f32x4.sub(squares, f32x4.mul(mean, mean)), f32x4.splat(0));
    const deviation = f32x4.sqrt(f32x4.add(variance, f32x4.splat(epsilon)));
    const factor = f32x4.div(f32x4.add(one, v128.load(style + c)), deviation);
    const centre = f32x4.add(mean, v128.load(pilot + c));
    v128.store(out + c, factor);
    v128.store(out + row + c, f32x4.sub(v128.load(style + row + c), f32x4.mul(centre, factor)));
  }
}

/** Snake, x + sin(alpha x)^2 / alpha, of x * factor + offset; f32 [4][channels] at `parameters`: factor, offset, alpha / pi, 1 / (2 alpha). */
export function snake(
  x: usize,
  channels: i32,
  rows: i32,
  parameters: usize,
  out: usize,
  from: i32,
  to: i32,
  _scratch: usize,
): void {
  const row = (<usize>channels) << 2;
  const start = row * <usize>(from * BLOCK);
  const end = row * <usize>min(rows, to * BLOCK);
  for (let c: usize = 0; c < row; c += VECTOR) {
    const factor = v128.load(parameters + c);
    const offset = v128.load(parameters + row + c);
    const turns = v128.load(parameters + 2 * row + c);
    const height = v128.load(parameters + 3 * row + c);
    for (let at = start + c; at < end; at += row) {
      const value = madd(v128.load(x + at), factor, offset);
      const wave = cosTurns(f32x4.mul(value, turns));
      v128.store(out + at, f32x4.sub(f32x4.add(value, height), f32x4.mul(height, wave)));
    }
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

/**
 * Rows of 24: logarithms of 11 magnitudes, the sines of whose angles are 11 more. In place to real and imaginary
 * parts, of the same places; the last two are set to zero.
 */
export function toPolar(x: usize, rows: i32, from: i32, to: i32, scratch: usize): void {
  const turn = f32x4.splat(0.15915494309189535);
  const quarter = f32x4.splat(0.25);
  const end = x + 96 * <usize>min(rows, to * BLOCK);
  for (let at = x + 96 * <usize>(from * BLOCK); at < end; at += 96) {
    // Magnitudes and angles apart, each of 12 with one too many.
    for (let c: usize = 0; c < 48; c += VECTOR) {
      v128.store(scratch + c, exp4(v128.load(at + c)));
      const sine = cosTurns(f32x4.sub(f32x4.mul(v128.load(at + 44 + c), turn), quarter));
      v128.store(scratch + 48 + c, f32x4.mul(sine, turn));
    }
    for (let c: usize = 0; c < 48; c += VECTOR) {
      const size = v128.load(scratch + c);
      const angle = v128.load(scratch + 48 + c);
      v128.store(scratch + 96 + c, f32x4.mul(size, cosTurns(f32x4.sub(angle, quarter))));
      v128.store(scratch + c, f32x4.mul(size, cosTurns(angle)));
    }
    memory.copy(at, scratch, 44);
    memory.copy(at + 44, scratch + 96, 44);
    f64.store(at, 0, 88);
  }
}
