// Kernels whose units are shared between threads, on an isolated page.
import { beforeEach, describe, expect, test } from 'vitest';
import { startHelperThreads } from '../../workers/runtimes/kernel-team/helper-threads.ts';
import { createNetworkTeam } from '../../workers/runtimes/network/kernels.ts';
import type { NetworkTeam } from '../../workers/runtimes/network/kernels.ts';
import { createSignal, valuesOf } from '../../workers/runtimes/network/signal.ts';
import { SpectralConvolution } from '../../workers/runtimes/network/spectral-convolution.ts';
import { createNoise } from '../support/noise.ts';

const CHANNELS = 64;
const ROWS = 2000;

/** The same convolution of the same numbers, `times` in a row. */
function convolve(team: NetworkTeam, times: number): Float32Array[] {
  const noise = createNoise(3);
  const taps = Float32Array.from({ length: CHANNELS * CHANNELS * 7 }, noise);
  const bias = Float32Array.from({ length: CHANNELS }, noise);
  const shape = { outputs: CHANNELS, inputs: CHANNELS, count: 7 };
  const convolution = new SpectralConvolution(team, { taps, bias, ...shape });
  const x = createSignal(team.memory, { rows: ROWS, channels: CHANNELS });
  const y = createSignal(team.memory, { rows: ROWS, channels: CHANNELS });
  valuesOf(team.memory, x).forEach((_, i, values) => (values[i] = noise()));
  return Array.from({ length: times }, () => {
    valuesOf(team.memory, y).fill(0);
    convolution.run(x, y, { dilation: 3, residual: null });
    return valuesOf(team.memory, y).slice();
  });
}

describe('threads of a team', () => {
  beforeEach(({ skip }) => skip(!crossOriginIsolated, 'threads need shared memory'));

  test('compute what one thread computes, to the last bit', async () => {
    const [alone] = convolve(createNetworkTeam(), 1);
    const team = createNetworkTeam();
    const { signal } = new AbortController();
    const stop = await startHelperThreads(team, { count: 2, signal });
    for (const together of convolve(team, 20)) expect(together).toEqual(alone);
    stop();
  });

  test('that are gone leave the work to those that are left', async () => {
    const [alone] = convolve(createNetworkTeam(), 1);
    const team = createNetworkTeam();
    const { signal } = new AbortController();
    const stop = await startHelperThreads(team, { count: 1, signal });
    stop();
    expect(convolve(team, 1)[0]).toEqual(alone);
  });

  test(
    'that stop in the middle of a share are done without after a while',
    { timeout: 20_000 },
    async () => {
      const [alone] = convolve(createNetworkTeam(), 1);
      const team = createNetworkTeam();
      // Takes part once, like a thread that dies with units in its hands.
      const { memory, boardAt } = team.invite();
      const { signal } = new AbortController();
      const stop = await startHelperThreads(team, { count: 1, signal });
      const busyAt = boardAt / 4 + 2;
      Atomics.add(new Int32Array(memory.buffer), busyAt, 1);
      expect(() => convolve(team, 1)).toThrow(expect.objectContaining({ code: 'worker-crashed' }));
      Atomics.sub(new Int32Array(memory.buffer), busyAt, 1);
      expect(convolve(team, 1)[0]).toEqual(alone);
      stop();
    },
  );

  test('do not start once the load is cut off', async () => {
    const team = createNetworkTeam();
    const signal = AbortSignal.abort(new DOMException('enough', 'AbortError'));
    await expect(startHelperThreads(team, { count: 1, signal })).rejects.toThrow('enough');
  });
});
