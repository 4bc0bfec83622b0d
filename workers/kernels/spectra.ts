// Convolutions as products of spectra, in AssemblyScript. A signal is rows of f32 channels, one row per step of time,
// with rows of zeros on both sides. Addresses are bytes. The last three arguments of what is shared
// between threads are the units to do, from and to, and scratch memory of the thread's own.
import { multiplyFour, unpack, VECTOR } from './rows';
import { loadSpectrum, SIZE, storeSpectrum, transform16, VALUES } from './transform';

/** The spectrum of 32 values in real matrices: 0 Hz, the highest frequency, and three for each of the 15 between. */
const PARTS = 47;
/** Output channels of a panel of weights. */
const PANEL = 8;

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
  const values = scratch + VALUES;
  for (let unit = from; unit < to; unit++) {
    const tile = first + unit;
    const phase = tile / perPhase;
    const start = x + row * <usize>(phase + dilation * hop * (tile - phase * perPhase));
    const target = out + row * <usize>unit;
    for (let c: usize = 0; c < row; c += VECTOR) {
      const at = start + c;
      transform16(at, at + step, 2 * step, scratch, values, values + VECTOR);
      storeSpectrum(values, target + c, partStride);
    }
  }
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
  const step = row * <usize>dilation;
  const spectrum = scratch + VALUES;
  const values = spectrum + VALUES;
  for (let unit = from; unit < to; unit++) {
    const tile = first + unit;
    const phase = tile / perPhase;
    const start = phase + dilation * hop * (tile - phase * perPhase);
    const count = max(0, min(hop, (rows - start + dilation - 1) / dilation));
    const source = spectra + row * <usize>unit;
    for (let c: usize = 0; c < row; c += VECTOR) {
      loadSpectrum(source + c, partStride, spectrum);
      transform16(spectrum + VECTOR, spectrum, 2 * VECTOR, scratch, values + VECTOR, values);
      const offset = v128.load(bias + c);
      let from4 = values + ((<usize>(SIZE - hop)) << 4);
      const end = from4 + ((<usize>count) << 4);
      for (let at = row * <usize>start + c; from4 < end; at += step) {
        let value = f32x4.add(v128.load(from4), offset);
        if (residual !== 0) value = f32x4.add(value, v128.load(residual + at));
        v128.store(out + at, value);
        from4 += VECTOR;
      }
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
  const given = scratch + VALUES;
  const values = given + VALUES;
  const bins = values + VALUES;
  const next = (<usize>count) << 2;
  // Spectra come out doubled.
  const unit = f32x4.splat(<f32>(0.5 / 32) / scale);
  const partStride = (<usize>(outputs * inputs)) << 1;
  for (let o = from; o < to; o++) {
    for (let i = 0; i < inputs; i += 4) {
      memory.fill(given, 0, VALUES);
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
      storeSpectrum(values, bins, VECTOR);
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
  // Those of the signal are doubled.
  const factor = f32x4.splat(<f32>0.5 * scale);
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
