import { expect, test } from 'vitest';
import { replayTimer, scoreDecisions } from '../../../bench/turns/decisions.ts';
import { windows } from './clips.ts';

const at = (...times: number[]) => times.map((ms) => ({ basedOnMs: ms, takenMs: ms }));
const options = { enterThreshold: 0.5, exitThreshold: 0.35, minSpeechMs: 250 };

test('a timer decides at the first window whose end is so much after the last voice', () => {
  // Voice until 640; 640 + 200 = 840 lies in the window that ends at 864.
  const heard = windows(2_000, [320, 640]);
  expect(replayTimer(heard, { ...options, silenceMs: 200 })).toEqual(at(864));
  expect(replayTimer(heard, { ...options, silenceMs: 192 })).toEqual(at(832));
});

test('a pause longer than the timer is a decision of its own; a shorter one is none', () => {
  const heard = windows(4_000, [320, 640], [1_280, 1_920]);
  expect(replayTimer(heard, { ...options, silenceMs: 500 })).toEqual(at(1_152, 2_432));
  expect(replayTimer(heard, { ...options, silenceMs: 800 })).toEqual(at(2_720));
});

test('too little voice is a misfire, and what follows it counts anew', () => {
  const heard = windows(4_000, [320, 512], [1_280, 1_472], [2_560, 2_880]);
  expect(replayTimer(heard, { ...options, silenceMs: 500 })).toEqual(at(3_392));
});

test('decisions before the last sample are cut-offs; the first after it is the delay', () => {
  expect(scoreDecisions(at(1_152, 2_432, 5_000), 1_930)).toEqual({ cutOffs: 1, delayMs: 502 });
  expect(scoreDecisions(at(1_152), 1_930)).toEqual({ cutOffs: 1, delayMs: null });
  expect(scoreDecisions(at(1_930), 1_930)).toEqual({ cutOffs: 0, delayMs: 0 });
});

test('a decision counts from when it was taken, and cuts off by what it heard', () => {
  const late = [{ basedOnMs: 1_920, takenMs: 1_944 }];
  expect(scoreDecisions(late, 1_930)).toEqual({ cutOffs: 1, delayMs: null });
  expect(scoreDecisions(late, 1_900)).toEqual({ cutOffs: 0, delayMs: 44 });
});
