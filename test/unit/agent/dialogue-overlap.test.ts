import { describe, expect, test } from 'vitest';
import { DialogueRig } from './dialogue-rig.ts';

const REPLY = 'The capital of France is Paris. It lies on the Seine.';

async function speaking(second: string): Promise<DialogueRig> {
  const rig = await new DialogueRig({ lines: ['What is the capital of France?', second] }).ask();
  await rig.clock.advance(600);
  expect(rig.state.agent).toBe('speaking');
  return rig;
}

describe('a backchannel', () => {
  test('holds the agent, is noted, and the reply goes on where it stopped', async () => {
    const rig = await speaking('Uh-huh.');
    await rig.hear(0.9, 160);
    expect(rig.state.agent).toBe('held');
    await rig.hear(0.05, 320);
    expect(rig.all('backchannel')).toMatchObject([{ text: 'Uh-huh.' }]);
    expect(rig.state.agent).toBe('speaking');
    await rig.clock.advance(10_000);
    expect(rig.all('interruption')).toEqual([]);
    expect(rig.all('reply-end')).toMatchObject([{ heardText: REPLY, isInterrupted: false }]);
    expect(rig.messages).toHaveLength(2);
    const [hold] = rig.all('playback-hold');
    const [resume] = rig.all('playback-resume');
    expect(rig.all('playback-duck')).toHaveLength(1);
    // One quantum is rendered before the player tells that it goes on.
    expect(resume!.playedSamples - hold!.playedSamples).toBeLessThanOrEqual(384);
    expect(resume!.contextMs - hold!.contextMs).toBeGreaterThan(100);
  });

  test('nothing is played while it is held, and nothing is lost', async () => {
    const rig = await speaking('Mm.');
    await rig.hear(0.9, 160);
    const held = rig.speaker.playedSamples(1);
    await rig.hear(0.9, 96);
    expect(rig.speaker.playedSamples(1)).toBe(held);
    await rig.hear(0.05, 320);
    await rig.clock.advance(10_000);
    const total = rig.all('metrics')[0]!.metrics.tts.audioMs;
    // 100 ms of rest lie between the two sentences.
    expect(rig.speaker.playedSamples(1)).toBe(Math.round((total + 100) * 48));
  });
});

describe('the cores', () => {
  test('are for who speaks over it: no clause is begun, and no word thought of, until it goes on', async () => {
    const say = `${REPLY} Two million people live there. It is old.`;
    const lines = ['What is the capital of France?', 'Uh-huh.'];
    const rig = new DialogueRig({ lines, replies: [{ say }], chunkMs: 400 });
    const calls: string[] = [];
    Object.assign(rig.llm, {
      rest: () => calls.push('rest'),
      wake: () => calls.push('wake'),
    });
    await rig.ask();
    await rig.clock.advance(600);
    expect(rig.state.agent).toBe('speaking');
    calls.length = 0;
    await rig.hear(0.9, 160);
    expect(rig.state.agent).toBe('held');
    const begun = rig.tts!.requests.length;
    expect(begun).toBeLessThan(4);
    // The clause that is in the making is finished.
    await rig.hear(0.9, 448);
    expect(rig.tts!.requests).toHaveLength(begun);
    expect(calls).toEqual(['rest', 'rest']);
    await rig.hear(0.05, 320);
    expect(rig.state.agent).toBe('speaking');
    expect(rig.tts!.requests.length).toBeGreaterThan(begun);
    expect(calls.at(-1)).toBe('wake');
    await rig.clock.advance(20_000);
    expect(rig.all('reply-end')).toMatchObject([{ heardText: say, isInterrupted: false }]);
  });

  test('are taken again after a second, however long the person speaks', async () => {
    const say = `${REPLY} Two million people live there. It is old.`;
    const lines = ['What is the capital of France?', 'Uh-huh.'];
    const rig = new DialogueRig({ lines, replies: [{ say }], chunkMs: 400 });
    await rig.ask();
    await rig.clock.advance(600);
    const begun = rig.tts!.requests.length;
    await rig.hear(0.9, 2_000);
    expect(rig.all('interruption')).toEqual([]);
    expect(rig.tts!.requests.length).toBeGreaterThan(begun);
  });
});

describe('an interruption', () => {
  test('by words becomes the next turn, told that the one before was cut off', async () => {
    const rig = await speaking('What about Spain then?');
    await rig.hear(0.9, 800);
    expect(rig.all('interruption')).toMatchObject([{ turnId: 't1', by: 'speech' }]);
    await rig.hear(0.05, 520);
    await rig.clock.advance(10_000);
    const prompt = rig.llm.requests.at(-1)!.messages;
    expect(prompt.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user']);
    expect(prompt[2]!.content).toMatch(/^The capital.* \[interrupted\]$/u);
    expect(prompt[3]!.content).toBe('What about Spain then?');
    expect(rig.all('reply-end').map(({ isInterrupted }) => isInterrupted)).toEqual([true, false]);
  });

  test('a short "no" cuts too, and is answered', async () => {
    const rig = await speaking('No.');
    await rig.hear(0.9, 128);
    await rig.hear(0.05, 640);
    expect(rig.all('interruption')).toHaveLength(1);
    await rig.clock.advance(10_000);
    expect(rig.messages.map(([role]) => role)).toEqual(['user', 'assistant', 'user', 'assistant']);
  });

  test("the agent's own words are no interruption", async () => {
    const rig = await speaking('The capital of France is Paris.');
    await rig.hear(0.9, 640);
    await rig.hear(0.05, 640);
    await rig.clock.advance(10_000);
    expect(rig.all('interruption')).toEqual([]);
    expect(rig.messages).toHaveLength(2);
  });

  test('what the microphone caught of the agent before it was cut off is no part of the turn', async () => {
    const rig = await speaking('Capital of France wait. And what about Spain?');
    await rig.hear(0.9, 4_000);
    await rig.hear(0.05, 640);
    await rig.clock.advance(10_000);
    expect(rig.messages[2]).toEqual(['user', 'wait. And what about Spain?']);
  });

  test('an utterance that must not be interrupted is heard to its end, then answered', async () => {
    const rig = new DialogueRig({ lines: ['What is it?'] });
    const said = rig.dialogue.say({
      text: 'Read this warning to the end, please.',
      kind: 'prompt',
      isInterruptible: false,
    });
    await rig.clock.advance(200);
    await rig.hear(0.9, 800);
    await rig.hear(0.05, 2_000);
    expect(await said).toMatchObject({ isInterrupted: false });
    await rig.clock.advance(8_000);
    expect(rig.messages.at(-2)).toEqual(['user', 'What is it?']);
  });
});
