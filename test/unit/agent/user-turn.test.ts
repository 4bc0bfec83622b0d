import { expect, test } from 'vitest';
import { UserTurn } from '../../../src/agent/user-turn.ts';
import { ManualClock } from '../../../src/testing/manual-clock.ts';
import { ScriptedStt } from '../../../src/testing/scripted-stt.ts';

const WINDOW_SAMPLES = 512;
const WHOLE = 128_000;

/** A turn that hears windows of 32 ms, each filled with its number, from 1 on. */
function createTurn() {
  const stt = new ScriptedStt({ clock: new ManualClock(), lines: ['Hello.'] });
  const { signal } = new AbortController();
  const turn = new UserTurn({
    id: 't1',
    stt,
    language: 'en',
    hints: [],
    signal,
    onPartial: () => undefined,
  });
  let count = 0;
  const hear = (windows: number, isPause: boolean): void => {
    for (let index = 0; index < windows; index += 1) {
      count += 1;
      turn.push(new Float32Array(WINDOW_SAMPLES).fill(count), isPause);
    }
  };
  const heard = (samples = WHOLE): number[] => [...new Set(turn.recentAudio(samples))];
  return { hear, heard };
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

test('the end-of-turn model hears the stretch since the last pause of 200 ms, and 200 ms before it', () => {
  const { hear, heard } = createTurn();
  hear(20, false);
  hear(7, true);
  expect(heard()).toEqual(range(1, 27));
  hear(5, false);
  expect(heard()).toEqual(range(21, 32));
  hear(3, true);
  expect(heard()).toEqual(range(21, 35));
});

test('a shorter silence parts nothing', () => {
  const { hear, heard } = createTurn();
  hear(20, false);
  hear(6, true);
  hear(5, false);
  expect(heard()).toEqual(range(1, 31));
});

test('no more than 8 s are kept, and no more handed out than is asked for', () => {
  const { hear, heard } = createTurn();
  hear(300, false);
  expect(heard()).toEqual(range(51, 300));
  expect(heard(1_024)).toEqual([299, 300]);
});
