// Weights as the product of rows reads them, in AssemblyScript: compiled into the kernels of networks. Addresses are
// bytes. The last three arguments are the units to do, from and to, and scratch memory of the thread's own.

/** Outputs of a panel. */
const PANEL = 8;

/**
 * f32 [outputs][inputs][taps] to panels of i16 [taps][width][8] with a scale per output; a unit is a panel. What lies
 * beyond the outputs, and between the inputs and the width, stays as it is.
 */
export function packRows(
  x: usize,
  outputs: i32,
  inputs: i32,
  taps: i32,
  width: i32,
  weights: usize,
  scales: usize,
  from: i32,
  to: i32,
  _scratch: usize,
): void {
  const size = (<usize>(inputs * taps)) << 2;
  const step = (<usize>(width * PANEL)) << 1;
  for (let panel = from; panel < to; panel++) {
    const last = min(outputs, (panel + 1) * PANEL);
    for (let output = panel * PANEL; output < last; output++) {
      const start = x + size * <usize>output;
      let largest: f32 = 0;
      for (let at = start; at < start + size; at += 4) largest = max(largest, abs(f32.load(at)));
      f32.store(scales + ((<usize>output) << 2), largest / 32767);
      if (largest === 0) continue;
      const factor = <f32>32767 / largest;
      const target =
        weights + step * <usize>(taps * panel) + ((<usize>(output - panel * PANEL)) << 1);
      let at = start;
      for (let input: usize = 0; input < <usize>inputs; input++) {
        for (let tap: usize = 0; tap < <usize>taps; tap++) {
          i32.store16(target + step * tap + (input << 4), <i32>nearest(f32.load(at) * factor));
          at += 4;
        }
      }
    }
  }
}
