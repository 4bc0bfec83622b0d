// The arithmetic of a Llama transformer, in AssemblyScript: `npm run kernels` makes llama.wasm.ts of it, once
// with relaxed SIMD and once without. Addresses are bytes in linear memory, vectors are f32 unless said
// otherwise; whoever calls lays the memory out. The last arguments of what is shared between threads are the units to
// do, from and to, and where it needs any, scratch memory of the thread's own.
import { exp4, madd } from './simd';

/** Whether `dot` does what it should: some engines got it wrong before it was a standard. */
export function isExact(): bool {
  const sum = dot(i8x16.splat(-127), i8x16.splat(127), i32x4.splat(1));
  return i32x4.all_true(i32x4.eq(sum, i32x4.splat(1 - 4 * 127 * 127)));
}

/** Four products of neighbouring bytes summed into each lane: `a` signed, `b` 0 to 127. */
function dot(a: v128, b: v128, sum: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return i32x4.relaxed_dot_i8x16_i7x16_add_s(a, b, sum);
  const low = i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(a), i16x8.extend_low_i8x16_s(b));
  const high = i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(a), i16x8.extend_high_i8x16_s(b));
  const even = v128.shuffle<i32>(low, high, 0, 2, 4, 6);
  const odd = v128.shuffle<i32>(low, high, 1, 3, 5, 7);
  return i32x4.add(sum, i32x4.add(even, odd));
}

function sum4(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) +
    f32x4.extract_lane(v, 1) +
    (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
  );
}

function max4(v: v128): f32 {
  return max(
    max(f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1)),
    max(f32x4.extract_lane(v, 2), f32x4.extract_lane(v, 3)),
  );
}

/**
 * Blocks of 32 values as signed bytes: the bytes, a scale for each block, and the scale times the sum of the
 * block's bytes. Several vectors that follow one another are one.
 */
export function quantize(x: usize, blocks: i32, values: usize, scales: usize, sums: usize): void {
  toBytes(x, blocks, values, scales, sums, 127, 0);
}

/** The same with bytes from 1 to 127, 64 for zero; the sums are those of the differences from 64. */
export function quantizeAround64(
  x: usize,
  blocks: i32,
  values: usize,
  scales: usize,
  sums: usize,
): void {
  toBytes(x, blocks, values, scales, sums, 63, 64);
}

function toBytes(
  x: usize,
  blocks: i32,
  values: usize,
  scales: usize,
  sums: usize,
  levels: f32,
  offset: i8,
): void {
  const shift = i8x16.splat(offset);
  for (let block = 0; block < blocks; block++) {
    let peak = f32x4.splat(0);
    for (let at: usize = 0; at < 128; at += 16) {
      peak = f32x4.max(peak, f32x4.abs(v128.load(x + at)));
    }
    const largest = max4(peak);
    const scale = largest / levels;
    const inverse = f32x4.splat(largest > 0 ? levels / largest : 0);
    let sum = i32x4.splat(0);
    for (let half: usize = 0; half < 2; half++) {
      const from = x + (half << 6);
      const a = toWhole(from, inverse);
      const b = toWhole(from + 16, inverse);
      const c = toWhole(from + 32, inverse);
      const d = toWhole(from + 48, inverse);
      sum = i32x4.add(sum, i32x4.add(i32x4.add(a, b), i32x4.add(c, d)));
      const bytes = i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d));
      v128.store(values + (half << 4), i8x16.add(bytes, shift));
    }
    f32.store(scales, scale);
    f32.store(sums, scale * sum4(f32x4.convert_i32x4_s(sum)));
    x += 128;
    values += 32;
    scales += 4;
    sums += 4;
  }
}

function toWhole(at: usize, inverse: v128): v128 {
  return i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(at), inverse)));
}

/**
 * Products of a matrix of 4-bit weights with `tokens` quantized vectors. Weights: for four rows and a block
 * of 32 columns 64 bytes of nibbles (byte 4r + e of quarter j: row r, column 4j + e in the low half, 16
 * more in the high one), four scales, four minima. A unit is four rows.
 */
export function multiply4(
  weights: usize,
  rows: i32,
  blocks: i32,
  tokens: i32,
  values: usize,
  scales: usize,
  sums: usize,
  out: usize,
  from: i32,
  to: i32,
): void {
  const width = (<usize>blocks) << 5;
  const step = (<usize>blocks) << 2;
  const height = (<usize>rows) << 2;
  const part = (to - from) << 2;
  weights += <usize>from * <usize>blocks * 96;
  out += (<usize>from) << 4;
  while (tokens > 0) {
    const count = tokens >= 4 ? 4 : 1;
    if (count === 4) four4(weights, part, blocks, height, values, scales, sums, out);
    else one4(weights, part, blocks, values, scales, sums, out);
    tokens -= count;
    values += <usize>count * width;
    scales += <usize>count * step;
    sums += <usize>count * step;
    out += <usize>count * height;
  }
}

function one4(
  w: usize,
  rows: i32,
  blocks: i32,
  values: usize,
  scales: usize,
  sums: usize,
  out: usize,
): void {
  const mask = i8x16.splat(15);
  const zero = i32x4.splat(0);
  for (let row = 0; row < rows; row += 4) {
    let total = f32x4.splat(0);
    let floor = f32x4.splat(0);
    let q = values;
    let s = scales;
    let m = sums;
    for (let block = 0; block < blocks; block++) {
      const a = v128.load(w);
      const b = v128.load(w, 16);
      const c = v128.load(w, 32);
      const d = v128.load(w, 48);
      let low = dot(v128.load32_splat(q), v128.and(a, mask), zero);
      let high = dot(v128.load32_splat(q, 16), i8x16.shr_u(a, 4), zero);
      low = dot(v128.load32_splat(q, 4), v128.and(b, mask), low);
      high = dot(v128.load32_splat(q, 20), i8x16.shr_u(b, 4), high);
      low = dot(v128.load32_splat(q, 8), v128.and(c, mask), low);
      high = dot(v128.load32_splat(q, 24), i8x16.shr_u(c, 4), high);
      low = dot(v128.load32_splat(q, 12), v128.and(d, mask), low);
      high = dot(v128.load32_splat(q, 28), i8x16.shr_u(d, 4), high);
      const scale = f32x4.mul(v128.load(w, 64), v128.load32_splat(s));
      total = madd(f32x4.convert_i32x4_s(i32x4.add(low, high)), scale, total);
      floor = madd(v128.load(w, 80), v128.load32_splat(m), floor);
      w += 96;
      q += 32;
      s += 4;
      m += 4;
    }
    v128.store(out + ((<usize>row) << 2), f32x4.add(total, floor));
  }
}

function four4(
  w: usize,
  rows: i32,
  blocks: i32,
  height: usize,
  values: usize,
  scales: usize,
  sums: usize,
  out: usize,
): void {
  const mask = i8x16.splat(15);
  const zero = i32x4.splat(0);
  const width = (<usize>blocks) << 5;
  const step = (<usize>blocks) << 2;
  for (let row = 0; row < rows; row += 4) {
    let t0 = f32x4.splat(0),
      t1 = f32x4.splat(0),
      t2 = f32x4.splat(0),
      t3 = f32x4.splat(0);
    let q0 = values,
      q1 = values + width,
      q2 = q1 + width,
      q3 = q2 + width;
    let s = scales;
    let m = sums;
    for (let block = 0; block < blocks; block++) {
      let i0 = zero,
        i1 = zero,
        i2 = zero,
        i3 = zero;
      for (let j: usize = 0; j < 64; j += 16) {
        const v = v128.load(w + j);
        const low = v128.and(v, mask);
        const high = i8x16.shr_u(v, 4);
        const e = j >> 2;
        i0 = dot(v128.load32_splat(q0 + e, 16), high, dot(v128.load32_splat(q0 + e), low, i0));
        i1 = dot(v128.load32_splat(q1 + e, 16), high, dot(v128.load32_splat(q1 + e), low, i1));
        i2 = dot(v128.load32_splat(q2 + e, 16), high, dot(v128.load32_splat(q2 + e), low, i2));
        i3 = dot(v128.load32_splat(q3 + e, 16), high, dot(v128.load32_splat(q3 + e), low, i3));
      }
      const scale = v128.load(w, 64);
      const floor = v128.load(w, 80);
      t0 = madd(
        f32x4.convert_i32x4_s(i0),
        f32x4.mul(scale, v128.load32_splat(s)),
        madd(floor, v128.load32_splat(m), t0),
      );
      t1 = madd(
        f32x4.convert_i32x4_s(i1),
        f32x4.mul(scale, v128.load32_splat(s + step)),
        madd(floor, v128.load32_splat(m + step), t1),
      );
      t2 = madd(
        f32x4.convert_i32x4_s(i2),
        f32x4.mul(scale, v128.load32_splat(s + 2 * step)),
        madd(floor, v128.load32_splat(m + 2 * step), t2),
      );
      t3 = madd(
        f32x4.convert_i32x4_s(i3),
        f32x4.mul(scale, v128.load32_splat(s + 3 * step)),
        madd(floor, v128.load32_splat(m + 3 * step), t3),
      );
      w += 96;
      q0 += 32;
      q1 += 32;
      q2 += 32;
      q3 += 32;
      s += 4;
      m += 4;
    }
    const at = out + ((<usize>row) << 2);
    v128.store(at, t0);
    v128.store(at + height, t1);
    v128.store(at + 2 * height, t2);
    v128.store(at + 3 * height, t3);
  }
}

/**
 * The product of a matrix of 8-bit weights with one vector quantized to 0 to 127 around 64. Weights: for four
 * rows and a block of 32 columns 128 bytes (byte 4r + e of eighth j: row r, column 4j + e), four scales, and
 * -64 times each scale times the sum of its row's bytes. A unit is four rows.
 */
export function multiply8(
  w: usize,
  blocks: i32,
  values: usize,
  scales: usize,
  out: usize,
  from: i32,
  to: i32,
): void {
  const zero = i32x4.splat(0);
  w += <usize>from * <usize>blocks * 160;
  for (let unit = from; unit < to; unit++) {
    let total = f32x4.splat(0);
    let q = values;
    let s = scales;
    for (let block = 0; block < blocks; block++) {
      let even = dot(v128.load(w), v128.load32_splat(q), zero);
      let odd = dot(v128.load(w, 16), v128.load32_splat(q, 4), zero);
      even = dot(v128.load(w, 32), v128.load32_splat(q, 8), even);
      odd = dot(v128.load(w, 48), v128.load32_splat(q, 12), odd);
      even = dot(v128.load(w, 64), v128.load32_splat(q, 16), even);
      odd = dot(v128.load(w, 80), v128.load32_splat(q, 20), odd);
      even = dot(v128.load(w, 96), v128.load32_splat(q, 24), even);
      odd = dot(v128.load(w, 112), v128.load32_splat(q, 28), odd);
      const sum = madd(
        f32x4.convert_i32x4_s(i32x4.add(even, odd)),
        v128.load(w, 128),
        v128.load(w, 144),
      );
      total = madd(sum, v128.load32_splat(s), total);
      w += 160;
      q += 32;
      s += 4;
    }
    v128.store(out + ((<usize>unit) << 4), total);
  }
}

/** x divided by its root mean square, times `weight`. */
export function normalize(x: usize, weight: usize, length: i32, epsilon: f32, out: usize): void {
  const end = (<usize>length) << 2;
  let squares = f32x4.splat(0);
  for (let at: usize = 0; at < end; at += 16) {
    const v = v128.load(x + at);
    squares = madd(v, v, squares);
  }
  const factor = f32x4.splat(<f32>1 / Mathf.sqrt(sum4(squares) / <f32>length + epsilon));
  for (let at: usize = 0; at < end; at += 16) {
    v128.store(out + at, f32x4.mul(f32x4.mul(v128.load(x + at), factor), v128.load(weight + at)));
  }
}

export function add(x: usize, other: usize, length: i32): void {
  const end = (<usize>length) << 2;
  for (let at: usize = 0; at < end; at += 16) {
    v128.store(x + at, f32x4.add(v128.load(x + at), v128.load(other + at)));
  }
}

/** gate = gate * sigmoid(gate) * up. */
export function gateUp(gate: usize, up: usize, length: i32): void {
  const end = (<usize>length) << 2;
  const one = f32x4.splat(1);
  for (let at: usize = 0; at < end; at += 16) {
    const g = v128.load(gate + at);
    const silu = f32x4.div(g, f32x4.add(one, exp4(f32x4.neg(g))));
    v128.store(gate + at, f32x4.mul(silu, v128.load(up + at)));
  }
}

/** Turns neighbouring pairs of each head by the position's angles: `angles` holds a cosine and a sine per pair. */
export function rotate(x: usize, heads: i32, size: i32, angles: usize): void {
  const end = (<usize>size) << 2;
  const sign = f32x4(-1, 1, -1, 1);
  for (let head = 0; head < heads; head++) {
    for (let at: usize = 0; at < end; at += 16) {
      const v = v128.load(x + at);
      const a = v128.load(angles + at);
      const cosine = v128.shuffle<f32>(a, a, 0, 0, 2, 2);
      const sine = f32x4.mul(v128.shuffle<f32>(a, a, 1, 1, 3, 3), sign);
      const swapped = v128.shuffle<f32>(v, v, 1, 0, 3, 2);
      v128.store(x + at, madd(swapped, sine, f32x4.mul(v, cosine)));
    }
    x += end;
  }
}

/**
 * Attention of one token's query heads to `positions` keys and values, each [positions, keyHeads, size]. A unit is a
 * head; the scratch memory has room for as many numbers as there are positions, rounded up to a multiple of 4.
 */
export function attend(
  query: usize,
  heads: i32,
  keyHeads: i32,
  size: i32,
  keys: usize,
  values: usize,
  positions: i32,
  out: usize,
  from: i32,
  to: i32,
  scores: usize,
): void {
  const bytes = (<usize>size) << 2;
  const stride = <usize>keyHeads * bytes;
  const shared = heads / keyHeads;
  const scale = <f32>1 / Mathf.sqrt(<f32>size);
  query += <usize>from * bytes;
  out += <usize>from * bytes;
  for (let head = from; head < to; head++) {
    const offset = <usize>(head / shared) * bytes;
    let largest: f32 = -Infinity;
    let key = keys + offset;
    for (let position = 0; position < positions; position++) {
      let product = f32x4.splat(0);
      for (let at: usize = 0; at < bytes; at += 16) {
        product = madd(v128.load(query + at), v128.load(key + at), product);
      }
      const score = sum4(product) * scale;
      f32.store(scores + ((<usize>position) << 2), score);
      largest = max(largest, score);
      key += stride;
    }
    const total = toShares(scores, positions, largest);
    for (let at: usize = 0; at < bytes; at += 16) v128.store(out + at, f32x4.splat(0));
    let value = values + offset;
    for (let position = 0; position < positions; position++) {
      const share = f32x4.splat(f32.load(scores + ((<usize>position) << 2)) / total);
      for (let at: usize = 0; at < bytes; at += 16) {
        v128.store(out + at, madd(share, v128.load(value + at), v128.load(out + at)));
      }
      value += stride;
    }
    query += bytes;
    out += bytes;
  }
}

/** Exponentials of the differences to the largest, in place; their sum. What lies behind the last is overwritten. */
function toShares(scores: usize, count: i32, largest: f32): f32 {
  const shift = f32x4.splat(largest);
  const end = (<usize>count) << 2;
  const padded = (end + 15) & ~15;
  for (let at = end; at < padded; at += 4) f32.store(scores + at, -Infinity);
  let sum = f32x4.splat(0);
  for (let at: usize = 0; at < padded; at += 16) {
    const x = f32x4.sub(v128.load(scores + at), shift);
    const share = v128.and(exp4(x), f32x4.ge(x, f32x4.splat(-80)));
    v128.store(scores + at, share);
    sum = f32x4.add(sum, share);
  }
  return sum4(sum);
}
