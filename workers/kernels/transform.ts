// Fourier transforms of 32 real values for four channels at a time, as one complex transform of 16, in AssemblyScript.
// Addresses are bytes. Complex values lie side by side: a vector of real parts, then one of imaginary parts.
import { toWhole } from './integers';
import { VECTOR } from './rows';
import { madd } from './simd';

/** Length of a transform. */
export const SIZE = 32;
/** Bytes of the values of one. */
export const VALUES: usize = 512;

const COMPLEX: usize = 32;
/** Where the caller puts cosine and sine of k/32 turns, for k from 0 to 31. */
const TWIDDLES: usize = 1024;
const TWIDDLE: usize = 8;

/**
 * Complex transform of 16 values, real and imaginary parts of which lie `step` bytes apart. Its result lies 32 bytes
 * apart; `work` is overwritten. With real and imaginary parts changed over, on both sides, it is the inverse.
 */
export function transform16(
  re: usize,
  im: usize,
  step: usize,
  work: usize,
  outRe: usize,
  outIm: usize,
): void {
  butterfly(re, im, 4 * step, work, work + VECTOR);
  turnedButterfly(re + step, im + step, 4 * step, work + COMPLEX, 2 * TWIDDLE);
  turnedButterfly(re + 2 * step, im + 2 * step, 4 * step, work + 2 * COMPLEX, 4 * TWIDDLE);
  turnedButterfly(re + 3 * step, im + 3 * step, 4 * step, work + 3 * COMPLEX, 6 * TWIDDLE);
  for (let n: usize = 0; n < 4 * COMPLEX; n += COMPLEX) {
    butterfly(work + 4 * n, work + 4 * n + VECTOR, COMPLEX, outRe + n, outIm + n);
  }
}

/** Transform of four values; the result lies 128 bytes apart. */
function butterfly(re: usize, im: usize, step: usize, outRe: usize, outIm: usize): void {
  const r0 = v128.load(re),
    r1 = v128.load(re + step),
    r2 = v128.load(re + 2 * step),
    r3 = v128.load(re + 3 * step);
  const evenR = f32x4.add(r0, r2),
    restR = f32x4.sub(r0, r2),
    oddR = f32x4.add(r1, r3),
    sideR = f32x4.sub(r1, r3);
  const i0 = v128.load(im),
    i1 = v128.load(im + step),
    i2 = v128.load(im + 2 * step),
    i3 = v128.load(im + 3 * step);
  const evenI = f32x4.add(i0, i2),
    restI = f32x4.sub(i0, i2),
    oddI = f32x4.add(i1, i3),
    sideI = f32x4.sub(i1, i3);
  v128.store(outRe, f32x4.add(evenR, oddR));
  v128.store(outIm, f32x4.add(evenI, oddI));
  v128.store(outRe, f32x4.add(restR, sideI), 128);
  v128.store(outIm, f32x4.sub(restI, sideR), 128);
  v128.store(outRe, f32x4.sub(evenR, oddR), 256);
  v128.store(outIm, f32x4.sub(evenI, oddI), 256);
  v128.store(outRe, f32x4.sub(restR, sideI), 384);
  v128.store(outIm, f32x4.add(restI, sideR), 384);
}

/** The same, and value k of the result is turned back by k times `turn`, an offset in the table of turns. */
function turnedButterfly(re: usize, im: usize, step: usize, out: usize, turn: usize): void {
  const r0 = v128.load(re),
    r1 = v128.load(re + step),
    r2 = v128.load(re + 2 * step),
    r3 = v128.load(re + 3 * step);
  const evenR = f32x4.add(r0, r2),
    restR = f32x4.sub(r0, r2),
    oddR = f32x4.add(r1, r3),
    sideR = f32x4.sub(r1, r3);
  const i0 = v128.load(im),
    i1 = v128.load(im + step),
    i2 = v128.load(im + 2 * step),
    i3 = v128.load(im + 3 * step);
  const evenI = f32x4.add(i0, i2),
    restI = f32x4.sub(i0, i2),
    oddI = f32x4.add(i1, i3),
    sideI = f32x4.sub(i1, i3);
  v128.store(out, f32x4.add(evenR, oddR));
  v128.store(out, f32x4.add(evenI, oddI), 16);
  storeTurned(out + 128, f32x4.add(restR, sideI), f32x4.sub(restI, sideR), TWIDDLES + turn);
  storeTurned(out + 256, f32x4.sub(evenR, oddR), f32x4.sub(evenI, oddI), TWIDDLES + 2 * turn);
  storeTurned(out + 384, f32x4.sub(restR, sideI), f32x4.add(restI, sideR), TWIDDLES + 3 * turn);
}

function storeTurned(out: usize, r: v128, i: v128, twiddle: usize): void {
  const c = v128.load32_splat(twiddle);
  const s = v128.load32_splat(twiddle, 4);
  v128.store(out, madd(i, s, f32x4.mul(r, c)));
  v128.store(out, f32x4.sub(f32x4.mul(i, c), f32x4.mul(r, s)), 16);
}

/**
 * From the transform of even values + i odd ones to twice the spectrum of the 32, in 47 parts `stride` bytes apart: the
 * two real bins, then the sum, real and imaginary part of each other one. As f32, or times `factor` as i16.
 */
export function storeSpectrum<Part>(values: usize, factor: v128, out: usize, stride: usize): void {
  const r0 = v128.load(values);
  const i0 = v128.load(values, 16);
  const first = f32x4.add(r0, i0);
  const last = f32x4.sub(r0, i0);
  storePart<Part>(out, f32x4.add(first, first), factor);
  storePart<Part>(out + stride, f32x4.add(last, last), factor);
  let a = values + COMPLEX;
  let b = values + 15 * COMPLEX;
  let low = out + 2 * stride;
  let high = out + 44 * stride;
  for (let twiddle = TWIDDLES + TWIDDLE; a < b; twiddle += TWIDDLE) {
    const ar = v128.load(a),
      ai = v128.load(a, 16),
      br = v128.load(b),
      bi = v128.load(b, 16);
    const evenR = f32x4.add(ar, br),
      evenI = f32x4.sub(ai, bi),
      oddR = f32x4.add(ai, bi),
      oddI = f32x4.sub(br, ar);
    const c = v128.load32_splat(twiddle);
    const s = v128.load32_splat(twiddle, 4);
    const turnedR = madd(oddI, s, f32x4.mul(oddR, c));
    const turnedI = f32x4.sub(f32x4.mul(oddI, c), f32x4.mul(oddR, s));
    storeBin<Part>(low, stride, factor, f32x4.add(evenR, turnedR), f32x4.add(evenI, turnedI));
    storeBin<Part>(high, stride, factor, f32x4.sub(evenR, turnedR), f32x4.sub(turnedI, evenI));
    a += COMPLEX;
    b -= COMPLEX;
    low += 3 * stride;
    high -= 3 * stride;
  }
  const r = v128.load(a);
  const i = v128.load(a, 16);
  storeBin<Part>(low, stride, factor, f32x4.add(r, r), f32x4.neg(f32x4.add(i, i)));
}

function storeBin<Part>(at: usize, stride: usize, factor: v128, r: v128, i: v128): void {
  storePart<Part>(at, f32x4.add(r, i), factor);
  storePart<Part>(at + stride, r, factor);
  storePart<Part>(at + 2 * stride, i, factor);
}

function storePart<Part>(at: usize, x: v128, factor: v128): void {
  if (isFloat<Part>()) {
    v128.store(at, x);
  } else {
    const whole = toWhole(x, factor);
    v128.store64_lane(at, i16x8.narrow_i32x4_s(whole, whole), 0);
  }
}

/**
 * From products of spectra, whose bins are to be put together of three parts each, to the values of which
 * {@link transform16} with its parts changed over makes 32 times the rows.
 */
export function loadSpectrum(at: usize, stride: usize, values: usize): void {
  const first = v128.load(at);
  const last = v128.load(at + stride);
  v128.store(values, f32x4.add(first, last));
  v128.store(values, f32x4.sub(first, last), 16);
  let low = at + 2 * stride;
  let high = at + 44 * stride;
  let a = values + COMPLEX;
  let b = values + 15 * COMPLEX;
  for (let twiddle = TWIDDLES + TWIDDLE; a < b; twiddle += TWIDDLE) {
    const a0 = v128.load(low),
      b0 = v128.load(high);
    const ar = f32x4.sub(a0, v128.load(low + 2 * stride)),
      ai = f32x4.add(a0, v128.load(low + stride));
    const br = f32x4.sub(b0, v128.load(high + 2 * stride)),
      bi = f32x4.add(b0, v128.load(high + stride));
    const evenR = f32x4.add(ar, br),
      evenI = f32x4.sub(ai, bi),
      oddR = f32x4.sub(ar, br),
      oddI = f32x4.add(ai, bi);
    const c = v128.load32_splat(twiddle);
    const s = v128.load32_splat(twiddle, 4);
    const turnedR = f32x4.sub(f32x4.mul(oddR, c), f32x4.mul(oddI, s));
    const turnedI = madd(oddR, s, f32x4.mul(oddI, c));
    v128.store(a, f32x4.sub(evenR, turnedI));
    v128.store(a, f32x4.add(evenI, turnedR), 16);
    v128.store(b, f32x4.add(evenR, turnedI));
    v128.store(b, f32x4.sub(turnedR, evenI), 16);
    a += COMPLEX;
    b -= COMPLEX;
    low += 3 * stride;
    high -= 3 * stride;
  }
  const middle = v128.load(low);
  const r = f32x4.sub(middle, v128.load(low + 2 * stride));
  const i = f32x4.add(middle, v128.load(low + stride));
  v128.store(a, f32x4.add(r, r));
  v128.store(a, f32x4.neg(f32x4.add(i, i)), 16);
}
