// A second thread for tests: writes counted samples into capture rings as fast as it can.
import { workerData, parentPort } from 'node:worker_threads';
import { CaptureRingWriter } from '../../src/core/capture-ring.ts';

const { memory, totalSamples, seed, maxBlock, burstSamples } = workerData as {
  memory: SharedArrayBuffer;
  totalSamples: number;
  seed: number;
  maxBlock: number;
  burstSamples: number;
};
let state = seed;
const random = (limit: number): number => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state % limit;
};

const writer = new CaptureRingWriter(memory);
const pause = new Int32Array(new SharedArrayBuffer(4));
let next = 0;
let nextPause = burstSamples;
while (next < totalSamples) {
  const block = new Float32Array(Math.min(1 + random(maxBlock), totalSamples - next));
  for (let i = 0; i < block.length; i += 1, next += 1) block[i] = next % 2 ** 24;
  writer.write(block);
  writer.wake();
  if (next < nextPause) continue;
  nextPause += burstSamples;
  Atomics.wait(pause, 0, 0, random(3));
}
parentPort?.postMessage('done');
