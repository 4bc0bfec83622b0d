import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ChunkQueue } from '../../../src/core/chunk-queue.ts';
import type { ChunkQueueEvent, OverflowPolicy } from '../../../src/core/chunk-queue.ts';

async function drain<T>(queue: ChunkQueue<T>): Promise<T[]> {
  const chunks: T[] = [];
  for await (const chunk of queue) chunks.push(chunk);
  return chunks;
}

async function turns(): Promise<void> {
  for (let i = 0; i < 5; i += 1) await Promise.resolve();
}

test('hands chunks over in order, and ends when it is closed and empty', async () => {
  const queue = new ChunkQueue<number>({ capacity: 3 });
  const drained = drain(queue);
  for (const chunk of [1, 2, 3, 4, 5]) await queue.put(chunk);
  queue.close();
  queue.close();
  expect(await drained).toEqual([1, 2, 3, 4, 5]);
  expect(await queue.take()).toEqual({ done: true, value: undefined });
  await expect(queue.put(6)).rejects.toMatchObject({ code: 'disposed' });
});

test('makes producers wait while it is full, first come first served', async () => {
  const queue = new ChunkQueue<number>({ capacity: 1 });
  await queue.put(1);
  const order: string[] = [];
  const second = queue.put(2).then(() => order.push('second'));
  const third = queue.put(3).then(() => order.push('third'));
  await turns();
  expect(order).toEqual([]);
  expect(queue.stats).toMatchObject({ length: 1, waitingCount: 2 });
  expect(await queue.take()).toEqual({ done: false, value: 1 });
  await second;
  expect(order).toEqual(['second']);
  expect((await queue.take()).value).toBe(2);
  await third;
  expect((await queue.take()).value).toBe(3);
  expect(queue.stats).toMatchObject({ putCount: 3, takenCount: 3, peakLength: 1, waitingCount: 0 });
});

test('an aborted put leaves nothing behind, and rejects with the reason', async () => {
  const queue = new ChunkQueue<number>({ capacity: 1 });
  await queue.put(1);
  const controller = new AbortController();
  const reason = new Error('enough');
  const waiting = queue.put(2, { signal: controller.signal });
  controller.abort(reason);
  await expect(waiting).rejects.toBe(reason);
  await expect(queue.put(3, { signal: controller.signal })).rejects.toBe(reason);
  await queue.take();
  expect(queue.stats).toMatchObject({ length: 0, waitingCount: 0 });
});

test('an aborted take rejects with the reason and takes nothing', async () => {
  const queue = new ChunkQueue<number>({ capacity: 1 });
  const controller = new AbortController();
  const reason = new Error('enough');
  const waiting = queue.take({ signal: controller.signal });
  controller.abort(reason);
  await expect(waiting).rejects.toBe(reason);
  await queue.put(1);
  expect((await queue.take()).value).toBe(1);
});

test.each<[OverflowPolicy, (boolean | string)[], number[]]>([
  ['drop-oldest', [true, true, true], [2, 3]],
  ['drop-newest', [true, true, false], [1, 2]],
  ['reject', [true, true, 'queue-overflow'], [1, 2]],
])('when full, %s', async (onOverflow, results, kept) => {
  const queue = new ChunkQueue<number>({ capacity: 2, onOverflow });
  const seen = [];
  for (const chunk of [1, 2, 3]) {
    seen.push(await queue.put(chunk).catch((error: unknown) => (error as { code: string }).code));
  }
  expect(seen).toEqual(results);
  expect(queue.stats.droppedCount).toBe(onOverflow === 'reject' ? 0 : 1);
  queue.close();
  expect(await drain(queue)).toEqual(kept);
});

test('fail drops what is inside and rejects consumer and producers', async () => {
  const queue = new ChunkQueue<number>({ capacity: 1 });
  await queue.put(1);
  const waiting = expect(queue.put(2)).rejects.toMatchObject({ code: 'disposed' });
  const reason = new Error('the voice died');
  queue.fail(reason);
  await waiting;
  await expect(queue.take()).rejects.toBe(reason);
  await expect(drain(queue)).rejects.toBe(reason);
});

test('leaving the loop closes the queue', async () => {
  const queue = new ChunkQueue<number>({ capacity: 4 });
  await queue.put(1);
  await queue.put(2);
  for await (const chunk of queue) {
    expect(chunk).toBe(1);
    break;
  }
  expect(queue.isClosed).toBe(true);
  expect(queue.stats).toMatchObject({ length: 0, droppedCount: 1 });
});

test('tells producers when to slow down, without flicker', async () => {
  const events: ChunkQueueEvent[] = [];
  const queue = new ChunkQueue<number>({
    capacity: 5,
    name: 'voice',
    onEvent: (event) => {
      if (event.type !== 'put' && event.type !== 'take') events.push(event);
    },
  });
  for (const chunk of [1, 2, 3]) await queue.put(chunk);
  expect(queue.shouldThrottle).toBe(false);
  await queue.put(4);
  expect(queue.shouldThrottle).toBe(true);
  await queue.take();
  await queue.take();
  expect(queue.shouldThrottle).toBe(true);
  await queue.take();
  expect(queue.shouldThrottle).toBe(false);
  expect(queue.clear()).toBe(1);
  queue.close();
  expect(events).toEqual([
    { type: 'throttle', name: 'voice', isThrottled: true },
    { type: 'throttle', name: 'voice', isThrottled: false },
    { type: 'close', name: 'voice' },
  ]);
});

test('refuses options that make no sense', () => {
  expect(() => new ChunkQueue({ capacity: 0 })).toThrow(
    'capacity: must be a positive integer, got 0',
  );
  expect(() => new ChunkQueue({ capacity: 1, throttleAt: 0 })).toThrow(
    'throttleAt: must be above 0',
  );
});

test('under back-pressure nothing is lost, doubled or out of order, whatever the interleaving', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.constantFrom('put', 'take', 'turn'), { maxLength: 60 }),
      async (capacity, steps) => {
        const queue = new ChunkQueue<number>({ capacity });
        const taken: number[] = [];
        const pending: Promise<unknown>[] = [];
        let next = 0;
        let takes = 0;
        for (const step of steps) {
          if (step === 'put') pending.push(queue.put(next++));
          else if (step === 'turn') await turns();
          else if (takes < next) {
            takes += 1;
            await queue.take().then((result) => taken.push(result.value ?? NaN));
          }
          expect(queue.stats.length).toBeLessThanOrEqual(capacity);
        }
        while (taken.length < next) taken.push((await queue.take()).value ?? NaN);
        await Promise.all(pending);
        expect(taken).toEqual(Array.from({ length: next }, (_, i) => i));
      },
    ),
  );
});
