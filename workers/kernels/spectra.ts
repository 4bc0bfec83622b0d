// Convolutions as products of spectra, in AssemblyScript. A signal is rows of f32 channels, one row per step of time,
// with rows of zeros on both sides. Addresses are bytes. The last three arguments of what is shared
// between threads are the units to do, from and to, and scratch memory of the thread's own.
import { largestOf, multiplyFourWhole, peakOf, roundRow } from './integers';
import { VECTOR } from './rows';
import { madd, sumOf } from './simd';
import { loadSpectrum, SIZE, storeSpectrum, transform16, VALUES } from './transform';

/** The spectrum of 32 values in real matrices: 0 Hz, the highest frequency, and three for each of the 15 between. */
const PARTS: usize = 47;
/** Output channels of a panel of weights. */
const PANEL = 8;
/** What no part of a signal's spectrum exceeds. */
const LIMIT: f32 = 32_767;
/** Inputs whose products are summed as whole numbers; the sums are added as floats. The fewer, the more bits weights have. */
const RUN = 64;

/**
 * Spectra of overlapping pieces of a signal as i16, each piece with a scale of its own. A piece is 32 rows `dilation`
 * apart; pieces of one phase of the dilation begin `hop` such steps apart, `perPhase` of them, then comes the next phase.
 * `x` is the first row that the first piece reads. Of piece t in unit t - `first`, part p goes to
 * out + p * partStride + unit * channels * 2, and what makes floats of it again to f32 [units] at `scales`.
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
  scales: usize,
  from: i32,
  to: i32,
  scratch: usize,
): void {
  const row = (<usize>channels) << 2;
  const step = row * <usize>dilation;
  const values = scratch + VALUES;
  for (let unit = from; unit < to; unit++) {
    const tile = first + unit;
    const phase = tile / perPhase;
    const start = x + row * <usize>(phase + dilation * hop * (tile - phase * perPhase));
    const target = out + (row >> 1) * <usize>unit;
    const most = boundOf(start, row, step);
    f32.store(scales + ((<usize>unit) << 2), most / LIMIT);
    const factor = f32x4.splat(most > 0 ? LIMIT / most : 0);
    for (let c: usize = 0; c < row; c += VECTOR) {
      const at = start + c;
      transform16(at, at + step, 2 * step, scratch, values, values + VECTOR);
      storeSpectrum<i16>(values, factor, target + (c >> 1), partStride);
    }
  }
}

/**
 * What no part of twice the spectrum of a piece exceeds: none is larger than the sum of what it is of, sums of two parts
 * by the root of 2.
 */
function boundOf(start: usize, row: usize, step: usize): f32 {
  let most = f32x4.splat(0);
  for (let at = start; at < start + row; at += VECTOR) {
    let sum = f32x4.splat(0);
    for (let from4 = at; from4 < at + step * SIZE; from4 += step) {
      sum = f32x4.add(sum, f32x4.abs(v128.load(from4)));
    }
    most = f32x4.max(most, sum);
  }
  return <f32>(2 * 1.4142136) * largestOf(most);
}

/**
 * From products of spectra back to rows: the transform's last `hop` values of each piece, plus the bias. Pieces
 * are counted as for {@link toSpectra}, `scales` are those of it; `out` is row 0 of the signal, rows from `rows` on are left alone. With
 * `residual` other than 0 the same rows of that signal are added.
 */
export function fromSpectra(
  spectra: usize,
  partStride: usize,
  scales: usize,
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
  const step = row * <usize>dilation;
  const spectrum = scratch + VALUES;
  const values = spectrum + VALUES;
  for (let unit = from; unit < to; unit++) {
    const tile = first + unit;
    const phase = tile / perPhase;
    const start = phase + dilation * hop * (tile - phase * perPhase);
    const count = max(0, min(hop, (rows - start + dilation - 1) / dilation));
    const source = spectra + row * <usize>unit;
    const scale = v128.load32_splat(scales + ((<usize>unit) << 2));
    for (let c: usize = 0; c < row; c += VECTOR) {
      loadSpectrum(source + c, partStride, spectrum);
      transform16(spectrum + VECTOR, spectrum, 2 * VECTOR, scratch, values + VECTOR, values);
      const offset = v128.load(bias + c);
      let from4 = values + ((<usize>(SIZE - hop)) << 4);
      const end = from4 + ((<usize>count) << 4);
      for (let at = row * <usize>start + c; from4 < end; at += step) {
        let value = madd(v128.load(from4), scale, offset);
        if (residual !== 0) value = f32x4.add(value, v128.load(residual + at));
        v128.store(out + at, value);
        from4 += VECTOR;
      }
    }
  }
}

/**
 * Weights of a convolution as spectra, by panels: part, then panel of eight outputs, then pairs of inputs, i16 [inputs / 2]
 * [8][2], with a scale for each output of each part, f32 [part][outputs] at `scales`. A unit is one output. `taps` holds
 * f32 [outputs][inputs][count]; outputs and inputs are multiples of 8, inputs at most 512. What transforms there and back
 * multiply by is taken out here. Scratch: a spectrum, and a part of it in 16 bits.
 */
export function packSpectra(
  taps: usize,
  outputs: i32,
  inputs: i32,
  count: i32,
  out: usize,
  scales: usize,
  from: i32,
  to: i32,
  scratch: usize,
): void {
  const given = scratch + VALUES;
  const values = given + VALUES;
  const spectrum = values + VALUES;
  const next = (<usize>count) << 2;
  const row = (<usize>inputs) << 2;
  // An odd number of cache lines from part to part, not to fall into the same few.
  const stride = (row & ~127) + 192;
  const partStride = (<usize>(outputs * inputs)) << 1;
  // Spectra come out doubled, of weights and of a signal.
  const unit = f32x4.splat(0.25 / 32);
  for (let o = from; o < to; o++) {
    memory.fill(given, 0, VALUES);
    for (let i = 0; i < inputs; i += 4) {
      let at = taps + (<usize>(o * inputs + i) + 1) * next - 4;
      for (let n = 0; n < count; n++) {
        const value = f32x4(
          f32.load(at),
          f32.load(at + next),
          f32.load(at + 2 * next),
          f32.load(at + 3 * next),
        );
        v128.store(given + ((<usize>n) << 4), f32x4.mul(value, unit));
        at -= 4;
      }
      transform16(given, given + VECTOR, 2 * VECTOR, scratch, values, values + VECTOR);
      const bins = spectrum + ((<usize>i) << 2);
      storeSpectrum<f32>(values, unit, bins, stride);
      toFactors(bins, stride);
    }
    const panel = out + ((<usize>((o >> 3) * inputs * PANEL + (o & 7) * 2)) << 1);
    for (let part: usize = 0; part < PARTS; part++) {
      const scale = packPart(spectrum + stride * part, inputs, panel + partStride * part, scratch);
      f32.store(scales + ((part * <usize>outputs + <usize>o) << 2), scale);
    }
  }
}

/** What a complex product takes three real ones of: of r and i beside r + i, to r, i - r and i + r. */
function toFactors(bins: usize, stride: usize): void {
  for (let k: usize = 1; k < 16; k++) {
    const at = bins + (3 * k - 1) * stride;
    const r = v128.load(at + stride);
    const i = v128.load(at + 2 * stride);
    v128.store(at, r);
    v128.store(at + stride, f32x4.sub(i, r));
    v128.store(at + 2 * stride, f32x4.add(i, r));
  }
}

/** Rounds the weights of one output to as many bits as no sum of a run's products overflows with; their scale. */
function packPart(part: usize, inputs: i32, panel: usize, scratch: usize): f32 {
  const row = (<usize>inputs) << 2;
  let sum: f32 = 0;
  for (let run: usize = 0; run < row; run += RUN << 2) {
    sum = max(sum, sumOfSizes(part + run, part + min(run + (RUN << 2), row)));
  }
  // Rounding adds no more than a half to each.
  const mostSum = <f32>2_147_483_000 / LIMIT - <f32>RUN;
  const scale = max(sum / mostSum, peakOf(part, row) / 32_767);
  roundRow(part, row, scale > 0 ? <f32>1 / scale : 0, scratch);
  for (let pair = 0; pair < inputs; pair += 2) {
    i32.store(panel + ((<usize>pair) << 4), i32.load(scratch + ((<usize>pair) << 1)));
  }
  return scale;
}

function sumOfSizes(at: usize, end: usize): f32 {
  let sums = f32x4.splat(0);
  for (; at < end; at += VECTOR) sums = f32x4.add(sums, f32x4.abs(v128.load(at)));
  return sumOf(sums);
}

/**
 * Products of spectra with packed weights, f32; a unit is one panel of one part. `tiles` is rounded up to four: the
 * spectra have room for it.
 */
export function multiplySpectra(
  spectra: usize,
  partStride: usize,
  tiles: i32,
  inputs: i32,
  outputs: i32,
  weights: usize,
  scales: usize,
  out: usize,
  outPartStride: usize,
  from: i32,
  to: i32,
  _scratch: usize,
): void {
  const panels = outputs >> 3;
  const inRow = (<usize>inputs) << 1;
  const outRow = (<usize>outputs) << 2;
  for (let unit = from; unit < to; unit++) {
    const part = unit / panels;
    const panel = weights + ((<usize>(unit * inputs)) << 4);
    const low = v128.load(scales + ((<usize>unit) << 5));
    const high = v128.load(scales + ((<usize>unit) << 5), 16);
    const x = spectra + partStride * <usize>part;
    const y = out + outPartStride * <usize>part + ((<usize>(unit - part * panels)) << 5);
    for (let tile = 0; tile < tiles; tile += 4) {
      const source = x + inRow * <usize>tile;
      const target = y + outRow * <usize>tile;
      for (let run = 0; run < inputs; run += RUN) {
        const a = source + ((<usize>run) << 1);
        const b = panel + ((<usize>run) << 4);
        const depth = min(RUN, inputs - run);
        multiplyFourWhole(a, inRow, depth, b, low, high, target, outRow, run > 0);
      }
    }
  }
}
