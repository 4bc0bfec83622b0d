// A leaky ReLU of a whole signal. Worker or Node.
import { unitsOf } from './kernels.ts';
import type { NetworkTeam } from './kernels.ts';
import type { Signal } from './signal.ts';

/** `to` may be `from`. */
export function leakyRelu(
  team: NetworkTeam,
  { from, to, slope }: { from: Signal; to: Signal; slope: number },
): void {
  const { at, channels, rows } = from;
  team.run('leak', [at, channels, rows, slope, to.at], unitsOf(rows));
}
