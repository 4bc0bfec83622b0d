// A second thread for tests: produces generations of counted samples through the real AudioOutput.
import { workerData, parentPort } from 'node:worker_threads';
import { openPlayback } from '../../src/core/playback-output.ts';

const { memory, seed, generations } = workerData as {
  memory: SharedArrayBuffer;
  seed: number;
  generations: number;
};
let state = seed;
const random = (limit: number): number => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return (state >>> 8) % limit;
};

// Node ends a thread that waits in nothing but `Atomics.waitAsync`.
const alive = setInterval(() => undefined, 1_000);

const output = openPlayback({ kind: 'shared', sampleRateHz: 48_000, memory });
for (let generation = 1; generation <= generations; generation += 1) {
  output.startGeneration(generation);
  const total = 1 + random(30_000);
  for (let at = 0; at < total;) {
    // Sample = generation and place in one exact number: 8 bits and 15 bits.
    const length = Math.min(1 + random(4_000), total - at);
    const block = Float32Array.from({ length }, (_, i) => generation * 2 ** 15 + at + i);
    await output.write(block, { signal: AbortSignal.timeout(20_000) });
    at += length;
  }
  const choice = random(3);
  if (choice === 0) {
    await output.flush();
    continue;
  }
  output.endGeneration();
  if (choice === 1) continue;
  while (output.cursor.generation !== generation || output.cursor.playedSamples < total) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
clearInterval(alive);
parentPort?.postMessage('done');
