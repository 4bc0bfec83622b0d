import { expect, test } from 'vitest';
import { createAbortReason } from '../../../src/core/abort.ts';
import { concatenate, noise, silence } from '../../support/recordings.ts';
import { createRig } from './streaming-rig.ts';

const never = new AbortController().signal;
const speech = (lengthMs: number): Float32Array => noise(lengthMs, 0.3);

test('a partial is decoded per interval of new speech, of all the audio, drafted by the one before', async () => {
  const rig = createRig();
  rig.push(speech(380));
  expect(rig.calls).toHaveLength(0);
  rig.push(speech(20));
  expect(rig.last()).toMatchObject({ lengthMs: 400, draft: [] });
  await rig.last().answer('He', [5]);
  rig.push(speech(400));
  expect(rig.last()).toMatchObject({ lengthMs: 800, draft: [5] });
  await rig.last().answer('He was', [5, 6]);
  expect(rig.partials).toEqual([
    { text: 'He', stableText: '', isFinal: false, startMs: 0, endMs: 400 },
    { text: 'He was', stableText: 'He', isFinal: false, startMs: 0, endMs: 800 },
  ]);
});

test('one decode is under way at a time, and the next takes all that came meanwhile', async () => {
  const rig = createRig();
  rig.push(speech(2000));
  expect(rig.calls.map((call) => call.lengthMs)).toEqual([400]);
  await rig.last().answer('He was');
  expect(rig.calls.map((call) => call.lengthMs)).toEqual([400, 2000]);
});

test('slow decodes come less often: the share of real time that the policy allows', async () => {
  const rig = createRig({ policy: { maxDuty: 0.5 } });
  rig.push(speech(400));
  await rig.clock.advance(500);
  await rig.last().answer('He');
  rig.push(speech(980));
  expect(rig.calls).toHaveLength(1);
  rig.push(speech(20));
  expect(rig.last().lengthMs).toBe(1400);
});

test('nothing is decoded while nobody speaks', async () => {
  const rig = createRig();
  for (let second = 0; second < 5; second += 1) {
    rig.push(silence(1000));
    await rig.clock.advance(0);
  }
  rig.push(speech(400));
  expect(rig.calls).toHaveLength(1);
  expect(rig.last().lengthMs).toBeLessThanOrEqual(1400);
  await rig.last().answer('He');
  rig.push(silence(20_000));
  expect(rig.calls).toHaveLength(1);
  expect(rig.partials.at(-1)).toMatchObject({ startMs: 5000, endMs: 5400 });
});

test('a pause is decoded ahead of the interval, and then serves as the final at once', async () => {
  const rig = createRig();
  rig.push(speech(400));
  await rig.last().answer('He was', [5, 6]);
  rig.push(speech(250));
  rig.push(silence(60));
  expect(rig.last().lengthMs).toBe(710);
  await rig.last().answer('He was not', [5, 6, 7]);
  rig.push(silence(100));
  expect(await rig.stream.transcribe({ signal: never })).toEqual({
    text: 'He was not',
    isFinal: true,
    startMs: 0,
    endMs: 650,
    confidence: 0.5,
    isTimedOut: false,
    language: null,
    cost: { audioMs: 710, computeMs: 0 },
  });
  expect(rig.calls).toHaveLength(2);
});

test('while speech goes on a decode may be rough; a pause and a final get a whole one', async () => {
  const rig = createRig();
  rig.push(speech(400));
  expect(rig.last().mayBeRough).toBe(true);
  await rig.last().answer('He were', [5, 9], true);
  rig.push(silence(60));
  expect(rig.last()).toMatchObject({ mayBeRough: false, draft: [5, 9] });
  await rig.last().answer('He was', [5, 6]);
  rig.push(speech(400));
  expect(rig.last().mayBeRough).toBe(true);
  await rig.last().answer('He was nut', [5, 6, 8], true);
  const final = rig.stream.transcribe({ signal: never });
  expect(rig.last().mayBeRough).toBe(false);
  await rig.last().answer('He was not', [5, 6, 7]);
  expect((await final).text).toBe('He was not');
  expect(rig.calls).toHaveLength(4);
});

test('how long a whole decode took holds back the next pause, not the next partial', async () => {
  const rig = createRig({ policy: { maxDuty: 0.5 } });
  rig.push(speech(400));
  await rig.last().answer('He', [5], true);
  rig.push(silence(60));
  await rig.clock.advance(1000);
  await rig.last().answer('He', [5]);
  rig.push(speech(400));
  expect(rig.calls).toHaveLength(3);
  await rig.last().answer('He was', [5, 6], true);
  rig.push(silence(60));
  expect(rig.calls).toHaveLength(3);
  rig.push(speech(400));
  await rig.last().answer('He was not', [5, 6, 7], true);
  rig.push(speech(200));
  rig.push(silence(60));
  expect(rig.last()).toMatchObject({ mayBeRough: false });
});

test('a decode under way that covers all speech is waited for', async () => {
  const rig = createRig();
  rig.push(speech(400));
  rig.push(silence(100));
  const final = rig.stream.transcribe({ signal: never });
  expect(rig.last().signal.aborted).toBe(false);
  await rig.last().answer('Yes.');
  expect((await final).text).toBe('Yes.');
  expect(rig.calls).toHaveLength(1);
});

test('a decode under way that misses speech is cut short for a final', async () => {
  const rig = createRig();
  rig.push(speech(600));
  const final = rig.stream.transcribe({ signal: never });
  expect(rig.calls[0]!.signal.aborted).toBe(true);
  await rig.clock.advance(0);
  expect(rig.last().lengthMs).toBe(600);
  await rig.last().answer('Yes please.');
  expect(await final).toMatchObject({ text: 'Yes please.', isTimedOut: false });
});

test('a final may differ from what was stable; partials keep it', async () => {
  const rig = createRig();
  rig.push(speech(400));
  await rig.last().answer("I'm less");
  rig.push(speech(400));
  await rig.last().answer("I'm less to");
  rig.push(speech(400));
  await rig.last().answer('Unless to be');
  expect(rig.partials.at(-1)).toMatchObject({
    text: "I'm less to be",
    stableText: "I'm less to",
  });
  expect(await rig.stream.transcribe({ signal: never })).toMatchObject({ text: 'Unless to be' });
});

test('long speech is parted at its last pause; its text stays and later decodes are short', async () => {
  const rig = createRig({ policy: { softWindowMs: 2000, partialIntervalMs: 60_000 } });
  rig.push(speech(1500));
  rig.push(silence(300));
  rig.push(speech(200));
  expect(rig.last().lengthMs).toBe(1600);
  await rig.last().answer('First sentence.', [1, 2]);
  rig.push(speech(400));
  const final = rig.stream.transcribe({ signal: never });
  expect(rig.last()).toMatchObject({ lengthMs: 100 + 200 + 400, draft: [] });
  await rig.last().answer('Second one.', [3]);
  expect(await final).toMatchObject({
    text: 'First sentence. Second one.',
    startMs: 0,
    endMs: 2400,
    confidence: 0.5,
  });
});

test('whoever waits gets one decode of the whole window, not first a part of it', async () => {
  const rig = createRig({ policy: { softWindowMs: 2000 } });
  rig.push(concatenate(speech(1500), silence(300), speech(400)));
  expect(rig.calls).toHaveLength(1);
  const final = rig.stream.transcribe({ signal: never });
  await rig.clock.advance(0);
  expect(rig.last().lengthMs).toBe(2200);
  await rig.last().answer('First sentence. Second.');
  expect((await final).text).toBe('First sentence. Second.');
});

test('a window that is full is parted at a pause rather than where it is quietest', async () => {
  const rig = createRig({ policy: { maxWindowMs: 4000 } });
  rig.stream.push(
    concatenate(speech(1500), silence(300), speech(1000), noise(100, 0.02), speech(2000)),
  );
  expect(rig.last().lengthMs).toBe(1600);
});

test('audio that overflows is lost, what was recognised of it is not', async () => {
  const rig = createRig({ policy: { capacityMs: 4000, maxWindowMs: 10_000 } });
  rig.push(speech(400));
  await rig.last().answer('kept', [1]);
  rig.stream.push(speech(5000));
  const final = rig.stream.transcribe({ signal: never });
  await rig.clock.advance(0);
  expect(rig.last()).toMatchObject({ lengthMs: 3000, draft: [] });
  await rig.last().answer('newest', [2]);
  expect((await final).text).toBe('kept newest');
});

test('speech without any pause is parted where it is quietest, and nothing is lost', async () => {
  const rig = createRig({ policy: { maxWindowMs: 4000, partialIntervalMs: 60_000 } });
  rig.push(noise(3000, 0.3));
  rig.push(noise(80, 0.1));
  rig.push(noise(960, 0.3));
  expect(rig.last().lengthMs).toBe(3040);
  await rig.last().answer('one', [1]);
  const final = rig.stream.transcribe({ signal: never });
  expect(rig.last().lengthMs).toBe(4040 - 3040);
  await rig.last().answer('two', [2]);
  expect((await final).text).toBe('one two');
});

test('a backlog is worked off piece by piece before a final', async () => {
  const rig = createRig({ policy: { maxWindowMs: 2000 } });
  rig.stream.push(speech(7000));
  const final = rig.stream.transcribe({ signal: never });
  for (let piece = 1; piece <= 20 && !rig.calls.every((call) => call.lengthMs === 0); piece += 1) {
    const before = rig.calls.length;
    await rig.last().answer(`part${piece}`);
    if (rig.calls.length === before) break;
  }
  expect(rig.calls.every((call) => call.lengthMs <= 2000)).toBe(true);
  expect(rig.calls.reduce((sum, call) => sum + call.lengthMs, 0)).toBe(7000);
  const { text } = await final;
  expect(text).toBe(rig.calls.map((_, index) => `part${index + 1}`).join(' '));
});

test('a missed deadline answers with what is known', async () => {
  const rig = createRig();
  rig.push(speech(400));
  await rig.last().answer('He was');
  rig.push(speech(200));
  const final = rig.stream.transcribe({ signal: never });
  await rig.clock.advance(999);
  expect(await Promise.race([final, Promise.resolve('waiting')])).toBe('waiting');
  await rig.clock.advance(1);
  expect(await final).toMatchObject({ text: 'He was', isTimedOut: true });
});

test('an answer in time leaves no timer behind', async () => {
  const rig = createRig();
  await rig.stream.transcribe({ signal: never });
  expect(rig.clock.pendingTimers).toBe(0);
});

test('aborting a transcribe rejects it with the reason; the decode becomes the next partial', async () => {
  const rig = createRig();
  rig.push(speech(200));
  const aborting = new AbortController();
  const final = rig.stream.transcribe({ signal: aborting.signal });
  const reason = createAbortReason('resumed');
  aborting.abort(reason);
  await expect(final).rejects.toBe(reason);
  await rig.last().answer('Yes');
  expect(rig.partials.map((partial) => partial.text)).toEqual(['Yes']);
});

test('aborting the stream stops the decode and rejects with the reason', async () => {
  const aborting = new AbortController();
  const rig = createRig({ signal: aborting.signal });
  rig.push(speech(400));
  const final = rig.stream.transcribe({ signal: never });
  const reason = createAbortReason('turn over');
  aborting.abort(reason);
  expect(rig.calls[0]!.signal.reason).toBe(reason);
  await expect(final).rejects.toBe(reason);
  rig.push(speech(1000));
  await rig.clock.advance(0);
  expect(rig.calls).toHaveLength(1);
});

test('closing rejects who waits, and what the decode still yields is not shown', async () => {
  const rig = createRig();
  rig.push(speech(400));
  const final = rig.stream.transcribe({ signal: never });
  rig.stream.close();
  await expect(final).rejects.toMatchObject({ code: 'disposed' });
  await rig.last().answer('late');
  expect(rig.partials).toEqual([]);
});

test('a failed decode is told to who asks next, and partials rest until then', async () => {
  const rig = createRig();
  rig.push(speech(400));
  await rig.last().fail(new Error('out of memory'));
  rig.push(speech(2000));
  expect(rig.calls).toHaveLength(1);
  const failing = rig.stream.transcribe({ signal: never });
  const told = expect(failing).rejects.toThrow('out of memory again');
  await rig.last().fail(new Error('out of memory again'));
  await told;
  const final = rig.stream.transcribe({ signal: never });
  await rig.last().answer('Back.');
  expect((await final).text).toBe('Back.');
  rig.push(speech(400));
  expect(rig.calls).toHaveLength(4);
});

test('a decode sees 100 ms of quiet before and after speech, where a longer one would hide a short word', async () => {
  const rig = createRig();
  rig.stream.push(concatenate(silence(500), speech(300), silence(400)));
  expect(rig.last().lengthMs).toBe(500);
  await rig.last().answer('');
  expect(rig.calls).toHaveLength(1);
  // Nobody asked until now: the second look is all that is missing.
  const final = rig.stream.transcribe({ signal: never });
  expect(rig.calls).toHaveLength(2);
  expect(rig.last().lengthMs).toBe(40 + 300 + 100);
  await rig.last().answer('No.', [7]);
  expect(await final).toMatchObject({ text: 'No.', startMs: 500, endMs: 800 });
});

test('speech that decodes to nothing gets a second look, shifted, before it counts as nothing', async () => {
  const rig = createRig();
  rig.push(speech(400));
  await rig.last().answer('Hello', [5]);
  rig.push(speech(400));
  await rig.last().answer('');
  expect(rig.calls).toHaveLength(3);
  expect(rig.last()).toMatchObject({ lengthMs: 840, draft: [] });
  await rig.last().answer('Hello, who are you?', [5, 6]);
  expect(rig.partials.at(-1)).toMatchObject({ text: 'Hello, who are you?' });
  rig.push(speech(400));
  await rig.last().answer('');
  await rig.last().answer('');
  expect(rig.calls).toHaveLength(5);
  // What two decodes agreed on is not taken back.
  expect(rig.partials.at(-1)).toMatchObject({ text: 'Hello,' });
});

test('a final that would be empty gets a second look, a partial without words before does not', async () => {
  const rig = createRig();
  rig.push(speech(400));
  await rig.last().answer('');
  expect(rig.calls).toHaveLength(1);
  rig.push(speech(100));
  const final = rig.stream.transcribe({ signal: never });
  await rig.clock.advance(0);
  await rig.last().answer('');
  expect(rig.calls).toHaveLength(3);
  await rig.last().answer('No.', [7]);
  expect(await final).toMatchObject({ text: 'No.' });
});

test('a final says what its decode took, and of how much audio', async () => {
  const rig = createRig();
  rig.push(speech(1_000));
  await rig.last().answer('He');
  const final = rig.stream.transcribe({ signal: never });
  await rig.clock.advance(700);
  await rig.last().answer('He was');
  expect((await final).cost).toEqual({ audioMs: 1_000, computeMs: 700 });
});
