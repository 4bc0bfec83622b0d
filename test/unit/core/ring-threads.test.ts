// Two real threads over one shared memory: nothing torn, nothing doubled, nothing stale.
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, test } from 'vitest';
import { CaptureRingReader, createCaptureMemory } from '../../../src/core/capture-ring.ts';
import { SharedPlaybackHost } from '../../../src/core/playback-host.ts';
import { createPlaybackMemory } from '../../../src/core/playback-ring.ts';

interface ThreadStatus {
  isDone: boolean;
  error: Error | undefined;
}

const threads: Worker[] = [];

/** Starts a TypeScript file as a thread; `isDone` after it said so. */
function startThread(name: string, workerData: object): ThreadStatus {
  const status: ThreadStatus = { isDone: false, error: undefined };
  const file = path.join(import.meta.dirname, '..', '..', 'support', name);
  const thread = new Worker(
    `import('tsx/esm/api').then(({ tsImport }) => tsImport(${JSON.stringify(file)}, ${JSON.stringify(import.meta.url)}))`,
    { eval: true, workerData },
  );
  thread.on('message', () => (status.isDone = true));
  thread.on('error', (error: Error) => (status.error = error));
  thread.on(
    'exit',
    () => (status.error ??= status.isDone ? undefined : new Error('it ended early')),
  );
  threads.push(thread);
  return status;
}

afterEach(async () => {
  await Promise.all(threads.splice(0).map((thread) => thread.terminate()));
});

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe.each([
  ['from 0', 0],
  ['past 2^32', 2 ** 32 - 5_000],
  ['past 2^31', 2 ** 31 - 5_000],
])('a capture ring with indices %s', (_name, startIndex) => {
  test.each([
    { reader: 'keeps up', maxBlock: 256, burstSamples: 1 << 16, idleTurns: 0 },
    { reader: 'is lapped again and again', maxBlock: 2_000, burstSamples: 1 << 30, idleTurns: 3 },
  ])('a reader that $reader', async ({ maxBlock, burstSamples, idleTurns }) => {
    const totalSamples = 1_000_000;
    const memory = createCaptureMemory({ capacitySamples: 8_192, startIndex });
    const reader = new CaptureRingReader(memory);
    const writer = startThread('capture-writer.thread.ts', {
      memory,
      totalSamples,
      seed: 7,
      maxBlock,
      burstSamples,
    });
    // Beyond what a read fills stands a canary, which no read may touch.
    const into = new Float32Array(3_001).fill(-1);
    let size = 1;
    let wrong = 0;
    while (reader.positionSamples < totalSamples) {
      if (writer.error !== undefined) throw writer.error;
      size = 1 + ((size * 131) % 3_000);
      const count = reader.read(into.subarray(0, size));
      const start = reader.positionSamples - count;
      for (let i = 0; i < count; i += 1) {
        if (into[i] !== (start + i) % 2 ** 24) wrong += 1;
      }
      into.fill(-1, 0, size);
      if (into[3_000] !== -1) wrong += 1;
      if (count === 0 || idleTurns > 0) await turn();
      for (let i = 1; i < idleTurns; i += 1) await turn();
    }
    expect(wrong).toBe(0);
    expect(reader.readSamples + reader.lostSamples).toBe(totalSamples);
    if (idleTurns > 0) expect(reader.lostSamples).toBeGreaterThan(0);
  });
});

test.each([
  ['from 0', 0],
  ['past 2^32', 2 ** 32 - 20_000],
])(
  'a playback ring with indices %s: whole generations, in order, none stale',
  async (_name, startIndex) => {
    const generations = 60;
    const memory = createPlaybackMemory({ capacitySamples: 16_384, isShared: true, startIndex });
    const host = new SharedPlaybackHost(memory, { sampleRateHz: 48_000, prebufferMs: 0 });
    const writer = startThread('playback-writer.thread.ts', { memory, seed: 11, generations });
    const quantum = new Float32Array(128);
    const faults: string[] = [];
    const heardOf = new Map<number, number>();
    let newest = 0;
    let before = 0;
    for (let frame = 0; !writer.isDone; frame += 128) {
      if (writer.error !== undefined) throw writer.error;
      host.render(quantum, frame);
      for (const sample of quantum) {
        // Fades give fractions or out-of-place values; whole samples name generation and place.
        const generation = Math.floor(sample / 2 ** 15);
        const place = sample % 2 ** 15;
        if (!Number.isInteger(sample) || sample === 0 || heardOf.get(generation) !== place)
          continue;
        // Half of a sample while it is faded may look like one of an older generation: two in a row do not.
        const isStale = generation < newest;
        if (isStale && sample === before + 1) faults.push(`${generation} after ${newest}`);
        newest = Math.max(newest, generation);
        before = sample;
        heardOf.set(generation, place + 1);
      }
      for (let g = newest + 1; g <= generations && !heardOf.has(g); g += 1) heardOf.set(g, 0);
      if (frame % 1_280 === 0) await turn();
    }
    expect(faults).toEqual([]);
    expect(newest).toBeGreaterThan(generations / 2);
  },
);
