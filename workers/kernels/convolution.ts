// Convolutions over time with weights of 8 bits, in AssemblyScript. Signals stay f32: weights are exactly those of the
// model's file, and nothing else is rounded. Addresses are bytes. The last three arguments of what is shared between threads are the units to do, from and to,
// and scratch memory of the thread's own.
import { multiplyFour } from './rows';
import { madd } from './simd';

/** Outputs of a panel of weights. */
const PANEL = 8;
/** Rows of a panel that are kept as floats at a time: half of a core's nearest cache. */
const DEPTH = 512;

/**
 * Weights by panels: i8 [depth][8], depth = taps * width. A unit is one panel. The byte of output o, input i and
 * tap t lies at source + o * outputStride + i * inputStride + t; `flip` 128 makes signed bytes of unsigned ones.
 * What is missing up to eight outputs or up to `width` is zero.
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
        let place = target + <usize>(tap * width * PANEL + o);
        for (let i = 0; i < inputs; i++) {
          store<u8>(place, load<u8>(at) ^ (<u8>flip));
          at += inputStride;
          place += PANEL;
        }
      }
    }
  }
}

/** Rows of a panel of bytes as floats: byte * scale + offset. */
function unpackTaps(
  weights: usize,
  depth: i32,
  lowScale: v128,
  highScale: v128,
  lowOffset: v128,
  highOffset: v128,
  out: usize,
): void {
  const end = out + ((<usize>depth) << 5);
  while (out < end) {
    const v = v128.load8x8_s(weights);
    const low = f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(v));
    const high = f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(v));
    v128.store(out, madd(low, lowScale, lowOffset));
    v128.store(out, madd(high, highScale, highOffset), 16);
    weights += PANEL;
    out += 32;
  }
}

/** One row times a panel of floats, plus what it begins with; `depth` a multiple of 4. */
function multiplyOne(a: usize, depth: i32, panel: usize, out: usize, low: v128, high: v128): void {
  let l1 = f32x4.splat(0),
    h1 = l1,
    l2 = l1,
    h2 = l1,
    l3 = l1,
    h3 = l1;
  const end = a + ((<usize>depth) << 2);
  while (a < end) {
    let x = v128.load32_splat(a);
    low = madd(x, v128.load(panel), low);
    high = madd(x, v128.load(panel, 16), high);
    x = v128.load32_splat(a, 4);
    l1 = madd(x, v128.load(panel, 32), l1);
    h1 = madd(x, v128.load(panel, 48), h1);
    x = v128.load32_splat(a, 8);
    l2 = madd(x, v128.load(panel, 64), l2);
    h2 = madd(x, v128.load(panel, 80), h2);
    x = v128.load32_splat(a, 12);
    l3 = madd(x, v128.load(panel, 96), l3);
    h3 = madd(x, v128.load(panel, 112), h3);
    a += 16;
    panel += 128;
  }
  v128.store(out, f32x4.add(f32x4.add(low, l1), f32x4.add(l2, l3)));
  v128.store(out, f32x4.add(f32x4.add(high, h1), f32x4.add(h2, h3)), 16);
}

/**
 * Rows times a matrix, as `multiplyRows`, of weights from {@link packTaps}; any number of rows. `table` holds f32
 * [3][outputs]: scales, offsets (0 for a weight is byte * scale + offset = 0) and biases. With `residual` other than
 * 0 the same rows of that signal are added `factor` times; it may be `out`. A unit is a panel of eight outputs.
 */
export function convolveRows(
  x: usize,
  stride: usize,
  rows: i32,
  depth: i32,
  weights: usize,
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
  const zero = f32x4.splat(0);
  const column = (<usize>outputs) << 2;
  const sums = scratch + ((<usize>DEPTH) << 5);
  for (let panel = from; panel < to; panel++) {
    const offset = (<usize>panel) << 5;
    const at = table + offset;
    const source = weights + ((<usize>(panel * depth)) << 3);
    for (let k = 0; k < depth; k += DEPTH) {
      const size = min(DEPTH, depth - k);
      unpackTaps(
        source + ((<usize>k) << 3),
        size,
        v128.load(at),
        v128.load(at, 16),
        v128.load(at + column),
        v128.load(at + column, 16),
        scratch,
      );
      const a = x + ((<usize>k) << 2);
      // From the second part on sums go on where they were.
      const before = k > 0 ? out + offset : residual === 0 ? 0 : residual + offset;
      const beforeStride = k > 0 ? outStride : residualStride;
      const scale = k > 0 ? f32x4.splat(1) : f32x4.splat(factor);
      const low = k > 0 ? zero : v128.load(at + 2 * column);
      const high = k > 0 ? zero : v128.load(at + 2 * column, 16);
      let row = 0;
      for (; row + 4 <= rows; row += 4) {
        const source4 = a + stride * <usize>row;
        const target = out + outStride * <usize>row + offset;
        if (before === 0) {
          multiplyFour(source4, stride, size, scratch, target, outStride, low, high);
        } else {
          multiplyFour(source4, stride, size, scratch, sums, 32, zero, zero);
          let from4 = before + beforeStride * <usize>row;
          let to4 = target;
          for (let n: usize = 0; n < 128; n += 32) {
            const first = madd(v128.load(from4), scale, low);
            const second = madd(v128.load(from4, 16), scale, high);
            v128.store(to4, f32x4.add(v128.load(sums + n), first));
            v128.store(to4, f32x4.add(v128.load(sums + n, 16), second), 16);
            from4 += beforeStride;
            to4 += outStride;
          }
        }
      }
      for (; row < rows; row++) {
        let first = low;
        let second = high;
        if (before !== 0) {
          const from1 = before + beforeStride * <usize>row;
          first = madd(v128.load(from1), scale, low);
          second = madd(v128.load(from1, 16), scale, high);
        }
        const target = out + outStride * <usize>row + offset;
        multiplyOne(a + stride * <usize>row, size, scratch, target, first, second);
      }
    }
  }
}
