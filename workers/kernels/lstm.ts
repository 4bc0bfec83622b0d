// Recurrent layers with weights of 8 bits, in AssemblyScript. Addresses are bytes. The last three arguments of what
// is shared between threads are the units to do, from and to, and scratch memory of the thread's own.
import { VECTOR } from './rows';
import { exp4, madd } from './simd';

/** Outputs that are computed at a time. */
const PANEL = 8;
/** What states are multiplied by to be 16-bit integers: sums of 256 products with 8 bits fit into 32. */
const STATE_SCALE: f32 = 32767;

/**
 * i8 [inputs][outputs] by panels, for pairs of inputs: i8 [inputs / 2][8][2]. A unit is a panel; both numbers are
 * multiples of 8.
 */
export function packPairs(
  source: usize,
  inputs: i32,
  outputs: i32,
  out: usize,
  from: i32,
  to: i32,
  _scratch: usize,
): void {
  for (let panel = from; panel < to; panel++) {
    let target = out + <usize>(panel * inputs * PANEL);
    let at = source + <usize>(panel * PANEL);
    for (let k = 0; k < inputs; k += 2) {
      for (let o: usize = 0; o < <usize>PANEL; o++) {
        store<u8>(target + 2 * o, load<u8>(at + o));
        store<u8>(target + 2 * o + 1, load<u8>(at + outputs + o));
      }
      at += 2 * outputs;
      target += 2 * PANEL;
    }
  }
}

/**
 * Both directions of a recurrent layer with long short-term memory; a unit is a direction, the second one goes from
 * the last row to the first. `gates` holds f32 [rows][2][4][size]: what the input adds to the input, output, forget
 * and cell gates; `weights` i8 of both directions from {@link packPairs}, f32 [2] `scales`. `out` has f32 [2][size] to
 * a row. `size` is a multiple of 8, at most 256.
 */
export function remember(
  gates: usize,
  rows: i32,
  size: i32,
  weights: usize,
  scales: usize,
  out: usize,
  outStride: usize,
  from: i32,
  to: i32,
  scratch: usize,
): void {
  const bytes = (<usize>size) << 2;
  const states = scratch;
  const cells = states + bytes;
  const sums = cells + bytes;
  for (let direction = from; direction < to; direction++) {
    memory.fill(scratch, 0, 2 * bytes);
    const matrix = weights + <usize>(direction * 4 * size * size);
    const scale = f32x4.splat(load<f32>(scales + ((<usize>direction) << 2)) / STATE_SCALE);
    for (let step = 0; step < rows; step++) {
      const row = <usize>(direction === 0 ? step : rows - 1 - step);
      const added = gates + (row * 2 + direction) * 4 * bytes;
      if (step > 0) multiplyStates(states, size, matrix, sums);
      else memory.fill(sums, 0, 4 * bytes);
      const target = out + row * outStride + <usize>direction * bytes;
      for (let c: usize = 0; c < bytes; c += VECTOR) {
        const input = sigmoid(gate(sums + c, added + c, scale));
        const output = sigmoid(gate(sums + bytes + c, added + bytes + c, scale));
        const forget = sigmoid(gate(sums + 2 * bytes + c, added + 2 * bytes + c, scale));
        const fresh = tanh4(gate(sums + 3 * bytes + c, added + 3 * bytes + c, scale));
        const cell = madd(forget, v128.load(cells + c), f32x4.mul(input, fresh));
        const state = f32x4.mul(output, tanh4(cell));
        v128.store(cells + c, cell);
        v128.store(target + c, state);
        const whole = i32x4.trunc_sat_f32x4_s(
          f32x4.nearest(f32x4.mul(state, f32x4.splat(STATE_SCALE))),
        );
        v128.store64_lane(states + (c >> 1), i16x8.narrow_i32x4_s(whole, whole), 0);
      }
    }
  }
}

function gate(sum: usize, added: usize, scale: v128): v128 {
  return madd(f32x4.convert_i32x4_s(v128.load(sum)), scale, v128.load(added));
}

function sigmoid(x: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.div(one, f32x4.add(one, exp4(f32x4.neg(x))));
}

function tanh4(x: v128): v128 {
  const double = sigmoid(f32x4.add(x, x));
  return f32x4.sub(f32x4.add(double, double), f32x4.splat(1));
}

/** i16 states times the matrix: i32 [4 size] at `out`. */
function multiplyStates(states: usize, size: i32, matrix: usize, out: usize): void {
  const panelBytes = <usize>(size * PANEL);
  const end = states + ((<usize>size) << 1);
  const panels = (4 * size) / PANEL;
  for (let panel = 0; panel < panels; panel += 2) {
    let a = matrix + panelBytes * <usize>panel;
    let b = a + panelBytes;
    let s0 = i32x4.splat(0),
      s1 = s0,
      s2 = s0,
      s3 = s0;
    for (let at = states; at < end; at += 4) {
      const x = v128.load32_splat(at);
      s0 = i32x4.add(s0, i32x4.dot_i16x8_s(v128.load8x8_s(a), x));
      s1 = i32x4.add(s1, i32x4.dot_i16x8_s(v128.load8x8_s(a, 8), x));
      s2 = i32x4.add(s2, i32x4.dot_i16x8_s(v128.load8x8_s(b), x));
      s3 = i32x4.add(s3, i32x4.dot_i16x8_s(v128.load8x8_s(b, 8), x));
      a += 16;
      b += 16;
    }
    const target = out + ((<usize>(panel * PANEL)) << 2);
    v128.store(target, s0);
    v128.store(target, s1, 16);
    v128.store(target, s2, 32);
    v128.store(target, s3, 48);
  }
}
