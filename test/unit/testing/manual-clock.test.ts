import { expect, test } from 'vitest';
import { delay } from '../../../src/core/abort.ts';
import { ManualClock } from '../../../src/testing/manual-clock.ts';

test('timers fire in order of due time, equal ones in the order set, each at its own time', () => {
  const clock = new ManualClock();
  const fired: string[] = [];
  const note = (name: string) => () => fired.push(`${name}@${clock.nowMs()}`);
  clock.schedule(note('late'), 30);
  clock.schedule(note('first'), 10);
  clock.schedule(note('second'), 10);
  clock.advanceSync(20);
  expect(fired).toEqual(['first@10', 'second@10']);
  expect(clock.nowMs()).toBe(20);
  clock.advanceSync(10);
  expect(fired).toEqual(['first@10', 'second@10', 'late@30']);
});

test('a timer set by a timer fires in the same advance when it falls due', () => {
  const clock = new ManualClock();
  const fired: number[] = [];
  clock.schedule(() => clock.schedule(() => fired.push(clock.nowMs()), 5), 10);
  clock.advanceSync(15);
  expect(fired).toEqual([15]);
  expect(clock.pendingTimers).toBe(0);
});

test('a cancelled timer does not fire', () => {
  const clock = new ManualClock();
  let fired = 0;
  const cancel = clock.schedule(() => (fired += 1), 10);
  cancel();
  clock.advanceSync(100);
  expect(fired).toBe(0);
});

test('advance lets code that waits in turns set its next timer', async () => {
  const clock = new ManualClock();
  const times: number[] = [];
  const worker = (async () => {
    for (let turn = 0; turn < 3; turn += 1) {
      await delay(clock, 10);
      times.push(clock.nowMs());
    }
  })();
  await clock.advance(30);
  await worker;
  expect(times).toEqual([10, 20, 30]);
});
