// The timings of one turn, as its recorder hands them over.
import { expect, test } from 'vitest';
import { TurnRecorder } from '../../../src/agent/turn-recorder.ts';
import { ManualClock } from '../../../src/testing/manual-clock.ts';

const FACTS = { turnId: 't1', replyCharacters: 12, isInterrupted: true } as const;
const REPLY = { ...FACTS, underruns: 2 } as const;

test('the end of speech is counted from the window that held it, not from the answer after it', () => {
  const clock = new ManualClock();
  const recorder = new TurnRecorder(clock);
  clock.advanceSync(1_000);
  const windowMs = clock.nowMs();
  clock.advanceSync(20);
  const completion = { voice: 0.6, words: 0.3, both: 0.9 };
  recorder.decide({ lastSpeechMs: 400, decisionMs: 500, completion }, windowMs);
  const { marks, contextMarks, ...facts } = recorder.finish(REPLY);
  expect(facts.completion).toEqual(completion);
  expect(marks).toMatchObject({ speechEndMs: 900, decisionMs: 1_020 });
  expect(contextMarks.decisionTakenMs! - contextMarks.speechEndMs!).toBe(120);
});

test('keeps the latest sixteen attempts, and counts all', () => {
  const clock = new ManualClock();
  const recorder = new TurnRecorder(clock);
  for (let count = 0; count < 20; count += 1) {
    clock.advanceSync(100);
    recorder.startAttempt(clock.nowMs());
    if (count < 19) recorder.dropAttempt();
  }
  const { started, dropped, attempts } = recorder.finish(REPLY).speculation;
  expect({ started, dropped }).toEqual({ started: 20, dropped: 19 });
  expect(attempts).toHaveLength(16);
  expect(attempts.at(-1)).toMatchObject({ startedMs: 2_000, outcome: 'transcript-only' });
});

test('what it handed over stays as it was', () => {
  const clock = new ManualClock();
  const recorder = new TurnRecorder(clock);
  recorder.startAttempt(0);
  recorder.setLost(40);
  const metrics = recorder.finish(REPLY);
  recorder.dropAttempt();
  expect(metrics).toMatchObject({ ...FACTS, audio: { underruns: 2, lostMs: 40 } });
  expect(metrics.speculation.attempts).toMatchObject([{ endedMs: null }]);
});

test('an answer begun before the silence belongs to its attempt, unless it was dropped', () => {
  const clock = new ManualClock();
  const recorder = new TurnRecorder(clock);
  clock.advanceSync(100);
  recorder.startReplyAhead({ isPartial: true });
  recorder.dropReply();
  clock.advanceSync(100);
  recorder.startAttempt(clock.nowMs());
  recorder.dropAttempt();
  clock.advanceSync(100);
  recorder.startReplyAhead({ isPartial: true });
  clock.advanceSync(100);
  recorder.startAttempt(clock.nowMs());
  expect(recorder.partialReplies).toBe(2);
  expect(recorder.finish(REPLY).speculation.attempts).toMatchObject([
    { startedMs: 200, replyStartedMs: null, outcome: 'dropped' },
    { startedMs: 400, replyStartedMs: 300, outcome: 'used' },
  ]);
});
