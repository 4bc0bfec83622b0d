// Softmax attention, in AssemblyScript. Addresses and strides are bytes. The last three arguments are the units to do,
// from and to, and scratch memory of the thread's own.
import { multiplyFour, VECTOR } from './rows';
import { exp4, madd, sumOf } from './simd';

/** Queries that look at the same keys at once. */
const BLOCK = 8;
/** The score of a key that may not be seen: its weight is nothing. */
const UNSEEN: f32 = -1e30;

/**
 * Softmax attention of four or more queries to four or more keys. A unit is eight queries of one head, head by head.
 * Query r sees the keys up to r + `reach`, which is 0 or more. Heads lie side by side in each row, `headSize` a
 * multiple of 4 from 8 on. Rows of queries, those of keys and values, and those of the result have strides of their
 * own. Scratch: 32 bytes for each key and each channel of a head, and 32 more.
 */
export function attend(
  queries: usize,
  queryStride: usize,
  rows: i32,
  keys: usize,
  values: usize,
  stride: usize,
  count: i32,
  headSize: i32,
  scale: f32,
  reach: i32,
  out: usize,
  outStride: usize,
  from: i32,
  to: i32,
  scratch: usize,
): void {
  const blocks = (rows + BLOCK - 1) / BLOCK;
  const width = (<usize>headSize) << 2;
  const inverses = scratch + (width << 3);
  const scores = inverses + 32;
  const zero = f32x4.splat(0);
  for (let unit = from; unit < to; unit++) {
    const head = unit / blocks;
    const first = BLOCK * (unit - head * blocks);
    const place = width * <usize>head;
    const seen = min(count, min(first + BLOCK, rows) + reach);
    packQueries(queries + place, queryStride, rows, headSize, scale, first, scratch);
    for (let key = 0; key < seen; key += 4) {
      // The last four may overlap the four before.
      const at = <usize>min(key, seen - 4);
      multiplyFour(
        keys + place + stride * at,
        stride,
        headSize,
        scratch,
        scores + (at << 5),
        32,
        zero,
        zero,
      );
    }
    hideKeys(scores, rows, first, reach, seen);
    toWeights(scores, seen, inverses);
    for (let query = first; query < min(first + BLOCK, rows); query += 4) {
      const within = (<usize>(query - first)) << 2;
      for (let c: usize = 0; c < width; c += 32) {
        const at = place + min(c, width - 32);
        addWeighted(
          scores + within,
          seen,
          values + at,
          stride,
          inverses + within,
          out + outStride * <usize>query + at,
          outStride,
          rows - query,
        );
      }
    }
  }
}

/** Eight queries side by side, times `scale`: f32 [headSize][8]. Behind the last row stands that row again. */
function packQueries(
  queries: usize,
  stride: usize,
  rows: i32,
  headSize: i32,
  scale: f32,
  first: i32,
  out: usize,
): void {
  for (let lane = 0; lane < BLOCK; lane++) {
    const source = queries + stride * <usize>min(first + lane, rows - 1);
    const target = out + ((<usize>lane) << 2);
    for (let c: usize = 0; c < <usize>headSize; c++) {
      f32.store(target + (c << 5), scale * f32.load(source + (c << 2)));
    }
  }
}

function hideKeys(scores: usize, rows: i32, first: i32, reach: i32, seen: i32): void {
  for (let key = first + reach + 1; key < seen; key++) {
    const at = scores + ((<usize>key) << 5);
    for (let lane = 0; lane < BLOCK; lane++) {
      if (key > min(first + lane, rows - 1) + reach) f32.store(at + ((<usize>lane) << 2), UNSEEN);
    }
  }
}

/** Scores f32 [count][8] to their exponentials, and the inverses of their sums. */
function toWeights(scores: usize, count: i32, inverses: usize): void {
  const end = scores + ((<usize>count) << 5);
  let highestA = v128.load(scores);
  let highestB = v128.load(scores, 16);
  for (let at = scores; at < end; at += 32) {
    highestA = f32x4.max(highestA, v128.load(at));
    highestB = f32x4.max(highestB, v128.load(at, 16));
  }
  let sumA = f32x4.splat(0);
  let sumB = f32x4.splat(0);
  for (let at = scores; at < end; at += 32) {
    const a = exp4(f32x4.sub(v128.load(at), highestA));
    const b = exp4(f32x4.sub(v128.load(at, 16), highestB));
    sumA = f32x4.add(sumA, a);
    sumB = f32x4.add(sumB, b);
    v128.store(at, a);
    v128.store(at, b, 16);
  }
  v128.store(inverses, f32x4.div(f32x4.splat(1), sumA));
  v128.store(inverses, f32x4.div(f32x4.splat(1), sumB), 16);
}

/** Eight channels of the weighted mean of values for four queries, of which the first `rows` are stored. */
function addWeighted(
  weights: usize,
  count: i32,
  values: usize,
  stride: usize,
  inverses: usize,
  out: usize,
  outStride: usize,
  rows: i32,
): void {
  let l0 = f32x4.splat(0),
    h0 = l0,
    l1 = l0,
    h1 = l0,
    l2 = l0,
    h2 = l0,
    l3 = l0,
    h3 = l0;
  const end = weights + ((<usize>count) << 5);
  while (weights < end) {
    const low = v128.load(values);
    const high = v128.load(values, 16);
    let x = v128.load32_splat(weights);
    l0 = madd(x, low, l0);
    h0 = madd(x, high, h0);
    x = v128.load32_splat(weights, 4);
    l1 = madd(x, low, l1);
    h1 = madd(x, high, h1);
    x = v128.load32_splat(weights, 8);
    l2 = madd(x, low, l2);
    h2 = madd(x, high, h2);
    x = v128.load32_splat(weights, 12);
    l3 = madd(x, low, l3);
    h3 = madd(x, high, h3);
    values += stride;
    weights += 32;
  }
  storeScaled(out, l0, h0, v128.load32_splat(inverses));
  if (rows > 1) storeScaled(out + outStride, l1, h1, v128.load32_splat(inverses, 4));
  if (rows > 2) storeScaled(out + 2 * outStride, l2, h2, v128.load32_splat(inverses, 8));
  if (rows > 3) storeScaled(out + 3 * outStride, l3, h3, v128.load32_splat(inverses, 12));
}

function storeScaled(out: usize, low: v128, high: v128, factor: v128): void {
  v128.store(out, f32x4.mul(low, factor));
  v128.store(out, f32x4.mul(high, factor), 16);
}

/**
 * As {@link attend} for few queries, each by itself: a unit is one query of one head, head by head. Any number of
 * keys. Scratch: 4 bytes for each key, rounded up to four keys.
 */
export function attendSingly(
  queries: usize,
  queryStride: usize,
  rows: i32,
  keys: usize,
  values: usize,
  stride: usize,
  count: i32,
  headSize: i32,
  scale: f32,
  reach: i32,
  out: usize,
  outStride: usize,
  from: i32,
  to: i32,
  scratch: usize,
): void {
  const width = (<usize>headSize) << 2;
  for (let unit = from; unit < to; unit++) {
    const head = unit / rows;
    const row = unit - head * rows;
    const place = width * <usize>head;
    const seen = min(count, row + 1 + reach);
    const query = queries + queryStride * <usize>row + place;
    for (let key = 0; key < seen; key += 4) {
      const four = scoreFour(query, headSize, keys + place, stride, key, seen - 1);
      v128.store(scratch + ((<usize>key) << 2), f32x4.mul(four, f32x4.splat(scale)));
    }
    const inverse = f32x4.splat(<f32>1 / toWeightsOfOne(scratch, seen));
    const target = out + outStride * <usize>row + place;
    for (let c: usize = 0; c < width; c += 32) {
      const at = min(c, width - 32);
      addWeightedOfOne(scratch, seen, values + place + at, stride, inverse, target + at);
    }
  }
}

/** Products of a query with four keys, the first of them `key`; behind the last stands that one again. */
function scoreFour(
  query: usize,
  headSize: i32,
  keys: usize,
  stride: usize,
  key: i32,
  last: i32,
): v128 {
  const k0 = keys + stride * <usize>key;
  const k1 = keys + stride * <usize>min(key + 1, last);
  const k2 = keys + stride * <usize>min(key + 2, last);
  const k3 = keys + stride * <usize>min(key + 3, last);
  let s0 = f32x4.splat(0),
    s1 = s0,
    s2 = s0,
    s3 = s0;
  const width = (<usize>headSize) << 2;
  for (let c: usize = 0; c < width; c += VECTOR) {
    const x = v128.load(query + c);
    s0 = madd(x, v128.load(k0 + c), s0);
    s1 = madd(x, v128.load(k1 + c), s1);
    s2 = madd(x, v128.load(k2 + c), s2);
    s3 = madd(x, v128.load(k3 + c), s3);
  }
  const a = f32x4.add(v128.shuffle<f32>(s0, s1, 0, 4, 2, 6), v128.shuffle<f32>(s0, s1, 1, 5, 3, 7));
  const b = f32x4.add(v128.shuffle<f32>(s2, s3, 0, 4, 2, 6), v128.shuffle<f32>(s2, s3, 1, 5, 3, 7));
  return f32x4.add(v128.shuffle<f32>(a, b, 0, 1, 4, 5), v128.shuffle<f32>(a, b, 2, 3, 6, 7));
}

/** Scores, one after the other, to their exponentials; their sum. */
function toWeightsOfOne(scores: usize, count: i32): f32 {
  const size = (<usize>count) << 2;
  for (let at = size; (at & 15) !== 0; at += 4) f32.store(scores + at, UNSEEN);
  let highest = v128.load(scores);
  for (let at: usize = 0; at < size; at += VECTOR) {
    highest = f32x4.max(highest, v128.load(scores + at));
  }
  highest = f32x4.max(highest, v128.shuffle<f32>(highest, highest, 2, 3, 0, 1));
  highest = f32x4.max(highest, v128.shuffle<f32>(highest, highest, 1, 0, 3, 2));
  let sum = f32x4.splat(0);
  for (let at: usize = 0; at < size; at += VECTOR) {
    const weight = exp4(f32x4.sub(v128.load(scores + at), highest));
    sum = f32x4.add(sum, weight);
    v128.store(scores + at, weight);
  }
  return sumOf(sum);
}

/** Eight channels of the weighted mean of values. */
function addWeightedOfOne(
  weights: usize,
  count: i32,
  values: usize,
  stride: usize,
  inverse: v128,
  out: usize,
): void {
  let low = f32x4.splat(0),
    high = low,
    oddLow = low,
    oddHigh = low;
  const end = weights + ((<usize>count) << 2);
  while (weights + 4 < end) {
    const x = v128.load32_splat(weights);
    const y = v128.load32_splat(weights, 4);
    low = madd(x, v128.load(values), low);
    high = madd(x, v128.load(values, 16), high);
    oddLow = madd(y, v128.load(values + stride), oddLow);
    oddHigh = madd(y, v128.load(values + stride, 16), oddHigh);
    values += 2 * stride;
    weights += 8;
  }
  if (weights < end) {
    const x = v128.load32_splat(weights);
    low = madd(x, v128.load(values), low);
    high = madd(x, v128.load(values, 16), high);
  }
  storeScaled(out, f32x4.add(low, oddLow), f32x4.add(high, oddHigh), inverse);
}
