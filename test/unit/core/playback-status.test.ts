// The play cursor in shared memory, read in the middle of being written.
import { afterEach, expect, test, vi } from 'vitest';
import {
  createPlaybackMemory,
  PlaybackRingReader,
  PlaybackRingWriter,
} from '../../../src/core/playback-ring.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

test('an audio thread that is interrupted in the middle of telling the cursor has told the one before', () => {
  const memory = createPlaybackMemory({ capacitySamples: 128, isShared: true });
  const audio = new PlaybackRingReader(memory);
  const producer = new PlaybackRingWriter(memory);
  const of = (n: number) => ({
    ...{ generation: n, playedSamples: 10 * n, contextSamples: 2 ** 32 * n + n },
    ...{ isAudible: n % 2 === 0, gate: n % 2 === 0 ? 'ducked' : 'held', underruns: 100 + n },
  });
  const store = Atomics.store.bind(Atomics);
  let interruptions = 0;
  for (let n = 1; n <= 5; n += 1) {
    const before = producer.readStatus();
    vi.spyOn(Atomics, 'store').mockImplementation((...args: Parameters<typeof store>) => {
      expect(producer.readStatus()).toEqual(before);
      interruptions += 1;
      return store(...args);
    });
    audio.publish(of(n) as ReturnType<typeof producer.readStatus>);
    vi.restoreAllMocks();
    expect(producer.readStatus()).toEqual(of(n));
  }
  expect(interruptions).toBe(5 * 8);
});

test('a cursor that is told twice while it is read is read again', () => {
  const memory = createPlaybackMemory({ capacitySamples: 128, isShared: true });
  const audio = new PlaybackRingReader(memory);
  const producer = new PlaybackRingWriter(memory);
  const told = { ...producer.readStatus(), gate: 'open' } as const;
  const load = Atomics.load.bind(Atomics);
  let loads = 0;
  vi.spyOn(Atomics, 'load').mockImplementation((...args: Parameters<typeof load>) => {
    loads += 1;
    if (loads === 3) {
      for (const n of [7, 8]) {
        audio.publish({ ...told, generation: n, playedSamples: n, underruns: n });
      }
    }
    return load(...args);
  });
  expect(producer.readStatus()).toMatchObject({ generation: 8, playedSamples: 8, underruns: 8 });
});
