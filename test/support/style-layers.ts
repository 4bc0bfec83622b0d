// Layers of a voice's style that say what a test wants.
import { StyleLayer } from '../../workers/runtimes/kokoro/adaptive-norm.ts';
import type { NetworkTeam } from '../../workers/runtimes/network/kernels.ts';
import { createRows, valuesOf } from '../../workers/runtimes/network/signal.ts';
import type { Signal } from '../../workers/runtimes/network/signal.ts';

const WIDTH = 8;

/** One row of ones. */
export function anyStyle({ memory }: NetworkTeam): Signal {
  const style = createRows(memory, { rows: 1, channels: WIDTH }, 1);
  valuesOf(memory, style).fill(1);
  return style;
}

/** @param bias Gains less 1, then shifts: what any style is made into. */
export function constantStyle(team: NetworkTeam, bias: Float32Array): StyleLayer {
  const outputs = bias.length;
  return new StyleLayer(team, {
    ...{ bytes: new Uint8Array(WIDTH * outputs), isSigned: true, outputs, inputs: WIDTH, taps: 1 },
    ...{ outputStride: 1, inputStride: outputs, zeroPoints: [0], bias },
    scales: new Float32Array(outputs).fill(1),
  });
}
