// Convolutions as products of spectra, in AssemblyScript. A signal is rows of f32 channels, one row per step of time,
// with rows of zeros on both sides. Addresses are bytes. The last three arguments of what is shared
// between threads are the units to do, from and to, and scratch memory of the thread's own.
import { multiplyFour, unpack, VECTOR } from './rows';
import { madd } from './simd';

/** Length of a transform. */
const SIZE = 32;
/** Its spectrum in real matrices: 0 Hz, the highest frequency, and three for each of the 15 between. */
const PARTS = 47;
/** Output channels of a panel of weights. */
const PANEL = 8;

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
