import { describe, expect, test } from 'vitest';
import { FakeTts } from '../../../src/testing/fake-tts.ts';
import { DialogueRig } from './dialogue-rig.ts';

describe('an answer begun ahead of the decision', () => {
  test('is released at the decision: it sounds at once', async () => {
    const rig = await new DialogueRig().ask();
    await rig.clock.advance(10_000);
    const { marks, speculation } = rig.all('metrics')[0]!.metrics;
    expect(marks.firstPcmMs).toBeLessThan(marks.decisionMs!);
    expect(marks.firstAudibleMs! - marks.decisionMs!).toBeLessThanOrEqual(32);
    expect(speculation).toMatchObject({ started: 1, used: 1, dropped: 0, droppedTokens: 0 });
    expect(speculation.attempts).toEqual([
      {
        startedMs: marks.eagerMs,
        replyStartedMs: marks.sttFinalMs,
        endedMs: marks.decisionMs,
        outcome: 'used',
      },
    ]);
    expect(rig.llm.requests).toHaveLength(1);
    expect(rig.messages.map(([role]) => role)).toEqual(['user', 'assistant']);
  });

  test('before the decision nothing of it is stored, shown or heard', async () => {
    const rig = new DialogueRig();
    await rig.hear(0.9, 800);
    await rig.hear(0.05, 448);
    expect(rig.llm.requests).toHaveLength(1);
    expect(rig.tts!.requests).toHaveLength(1);
    expect(rig.messages).toEqual([]);
    expect(rig.speaker.playedSamples(1)).toBe(0);
    const told = new Set(rig.events.map(({ type }) => type));
    for (const type of [
      'reply-start',
      'reply-delta',
      'message-change',
      'transcript-final',
    ] as const)
      expect(told.has(type)).toBe(false);
    expect(rig.state.agent).toBe('idle');
  });

  test('no more than its first piece is synthesised', async () => {
    const rig = new DialogueRig({ options: { turn: { minSilenceMs: 3_000 } } });
    await rig.hear(0.9, 800);
    await rig.hear(0.05, 2_500);
    expect(rig.tts!.requests.map(({ text }) => text)).toEqual(['The capital of France is Paris.']);
  });

  test('the model leaves the cores to the voice until the first words are there', async () => {
    const rig = new DialogueRig();
    const hints: [string, number][] = [];
    Object.assign(rig.llm, {
      rest: (limitMs: number) => hints.push([`rest ${limitMs}`, rig.clock.nowMs()]),
      wake: () => hints.push(['wake', rig.clock.nowMs()]),
    });
    await rig.ask();
    await rig.clock.advance(10_000);
    const { marks } = rig.all('metrics')[0]!.metrics;
    expect(rig.tts!.requests.length).toBeGreaterThan(1);
    expect(hints).toEqual([
      ['rest 2000', marks.firstClauseMs],
      ['wake', marks.firstPcmMs],
    ]);
  });

  test('a voice that fails gives the cores back', async () => {
    const rig = new DialogueRig({ voice: new FakeTts({ failsOn: () => true }) });
    const hints: string[] = [];
    Object.assign(rig.llm, { rest: () => hints.push('rest'), wake: () => hints.push('wake') });
    await rig.ask();
    await rig.clock.advance(10_000);
    expect(hints).toEqual(['rest', 'wake']);
  });

  test('speech that goes on drops it; what it cost is counted', async () => {
    const rig = new DialogueRig();
    await rig.hear(0.9, 800);
    await rig.hear(0.05, 448);
    await rig.hear(0.9, 800);
    expect(rig.llm.requests[0]!.signal.aborted).toBe(true);
    await rig.hear(0.05, 520);
    await rig.clock.advance(10_000);
    const { speculation } = rig.all('metrics')[0]!.metrics;
    expect(speculation).toMatchObject({ started: 2, used: 1, dropped: 1 });
    expect(speculation.droppedTokens).toBeGreaterThan(3);
    expect(speculation.droppedSpeechMs).toBeGreaterThan(500);
    const [dropped, used, ...more] = speculation.attempts;
    expect([dropped!.outcome, used!.outcome, ...more]).toEqual(['dropped', 'used']);
    expect(dropped!.replyStartedMs).toBeGreaterThan(dropped!.startedMs);
    expect(dropped!.endedMs).toBeGreaterThan(dropped!.replyStartedMs!);
    expect(used!.startedMs).toBeGreaterThan(dropped!.endedMs!);
    expect(rig.messages.map(([role]) => role)).toEqual(['user', 'assistant']);
  });

  test('does not fit once the context has changed', async () => {
    const rig = new DialogueRig();
    await rig.hear(0.9, 800);
    await rig.hear(0.05, 448);
    rig.dialogue.conversation.add({
      role: 'user',
      content: 'By the way.',
      turnId: null,
      isFinal: true,
    });
    await rig.hear(0.05, 96);
    await rig.clock.advance(10_000);
    expect(rig.llm.requests).toHaveLength(2);
    expect(rig.llm.requests[1]!.messages.at(-1)!.content).toMatch(/^By the way\. What is/u);
    expect(rig.all('reply-end')).toHaveLength(1);
    const { marks, speculation } = rig.all('metrics')[0]!.metrics;
    expect(speculation.attempts).toMatchObject([{ outcome: 'transcript-only' }]);
    expect(marks.llmStartMs).toBeGreaterThanOrEqual(marks.decisionMs!);
  });

  test('typed words drop it', async () => {
    const rig = new DialogueRig();
    await rig.hear(0.9, 800);
    await rig.hear(0.05, 448);
    rig.dialogue.sendText('Hello?');
    expect(rig.llm.requests[0]!.signal.aborted).toBe(true);
    await rig.clock.advance(10_000);
    expect(rig.messages[0]).toEqual(['user', 'Hello?']);
  });

  test('three are begun in one turn at most', async () => {
    const rig = new DialogueRig();
    for (let count = 0; count < 5; count += 1) {
      await rig.hear(0.9, 480);
      await rig.hear(0.05, 400);
    }
    expect(rig.llm.requests).toHaveLength(3);
  });

  test.each([
    ['a long turn', { turn: { maxSpeculatedSpeechMs: 1_000 } }, 2_000],
    ['options.turn.speculation off', { turn: { speculation: 'off' } }, 800],
  ] as const)('not after %s', async (_, options, speechMs) => {
    const rig = new DialogueRig({ options });
    await rig.hear(0.9, speechMs);
    await rig.hear(0.05, 448);
    expect(rig.llm.requests).toEqual([]);
    await rig.hear(0.05, 96);
    await rig.clock.advance(10_000);
    const [attempt] = rig.all('metrics')[0]!.metrics.speculation.attempts;
    expect(attempt).toMatchObject({ replyStartedMs: null, outcome: 'transcript-only' });
  });
});

describe('an answer begun while the person still speaks', () => {
  const QUESTION = 'What is the capital of France?';
  const whole = (words: string) => (text: string) => (text === words ? 0.5 : 0.001);
  const isWhole = whole('What is the capital of France');

  test('is held back, and used when the final words are the same', async () => {
    const rig = new DialogueRig({ lines: [QUESTION], wordsEnd: isWhole });
    await rig.hear(0.9, 2_400);
    expect(rig.llm.requests).toHaveLength(1);
    expect(rig.tts!.requests).toHaveLength(1);
    expect(rig.messages).toEqual([]);
    expect(rig.speaker.playedSamples(1)).toBe(0);
    expect(rig.state.agent).toBe('idle');
    await rig.hear(0.05, 520);
    await rig.clock.advance(10_000);
    expect(rig.llm.requests).toHaveLength(1);
    // As the final transcript has it, and not as the partial one had.
    expect(rig.messages[0]).toEqual(['user', QUESTION]);
    const { marks, speculation } = rig.all('metrics')[0]!.metrics;
    expect(marks.firstPcmMs).toBeLessThan(marks.speechEndMs!);
    expect(marks.firstAudibleMs! - marks.decisionMs!).toBeLessThanOrEqual(32);
    expect(speculation).toMatchObject({ started: 1, used: 1, dropped: 0, droppedTokens: 0 });
    expect(speculation.attempts).toMatchObject([
      { replyStartedMs: marks.llmStartMs, outcome: 'used' },
    ]);
  });

  test('is dropped when the words go on; what it cost is counted', async () => {
    const lines = ['Tell me a story about a dragon.'];
    const rig = new DialogueRig({ lines, wordsEnd: whole('Tell me a story') });
    await rig.hear(0.9, 1_280);
    expect(rig.llm.requests).toHaveLength(1);
    await rig.hear(0.9, 1_120);
    expect(rig.llm.requests[0]!.signal.aborted).toBe(true);
    // A prompt without the words would have the model forget what it read of them.
    const read = rig.llm.prefills.slice(1).map(({ messages }) => messages.at(-1)!.role);
    expect(new Set(read)).toEqual(new Set(['user']));
    await rig.hear(0.05, 520);
    await rig.clock.advance(10_000);
    expect(rig.llm.requests).toHaveLength(2);
    expect(rig.messages.map(([role]) => role)).toEqual(['user', 'assistant']);
    expect(rig.messages[0]![1]).toBe(lines[0]);
    const { speculation } = rig.all('metrics')[0]!.metrics;
    expect(speculation).toMatchObject({ started: 1, used: 1, dropped: 0 });
    expect(speculation.droppedTokens).toBeGreaterThan(0);
  });

  test('is not used before the final words are known', async () => {
    const rig = new DialogueRig({ lines: [QUESTION], wordsEnd: isWhole });
    await rig.hear(0.9, 2_400);
    rig.dialogue.commitTurn();
    expect(rig.llm.requests[0]!.signal.aborted).toBe(true);
    await rig.clock.advance(10_000);
    expect(rig.llm.requests).toHaveLength(2);
    expect(rig.messages[0]).toEqual(['user', QUESTION]);
    const { marks } = rig.all('metrics')[0]!.metrics;
    expect(marks.llmStartMs).toBeGreaterThan(marks.decisionMs!);
  });

  test('is begun three times in one turn at most, and does not take from those of its pauses', async () => {
    const lines = ['One two three four five six seven eight nine ten.'];
    const rig = new DialogueRig({ lines, wordsEnd: () => 0.5 });
    await rig.hear(0.9, 2_600);
    expect(rig.llm.requests).toHaveLength(3);
    await rig.hear(0.05, 448);
    expect(rig.llm.requests).toHaveLength(4);
  });

  test.each([
    ['in a long turn', { turn: { maxSpeculatedSpeechMs: 1_000 } }],
    ['with options.turn.speculation off', { turn: { speculation: 'off' } }],
  ] as const)('not %s', async (_, options) => {
    const rig = new DialogueRig({ lines: [QUESTION], wordsEnd: isWhole, options });
    await rig.hear(0.9, 2_400);
    expect(rig.llm.requests).toEqual([]);
  });
});

test('what is overheard without the wake phrase reaches no language model', async () => {
  const options = { mode: 'wake-phrase', wakePhrase: 'hey parley' } as const;
  const rig = await new DialogueRig({ options }).ask();
  await rig.clock.advance(8_000);
  expect(rig.llm.requests).toEqual([]);
  expect(rig.messages).toEqual([]);
});

test('with it the agent is asked, and hears what came after it', async () => {
  const options = { mode: 'wake-phrase', wakePhrase: 'hey parley' } as const;
  const rig = await new DialogueRig({ options, lines: ['Hey Parlay, who are you?'] }).ask();
  await rig.clock.advance(8_000);
  expect(rig.messages[0]).toEqual(['user', 'who are you?']);
  expect(rig.llm.requests).toHaveLength(1);
});

describe('with a spotter of keywords', () => {
  const options = { mode: 'wake-phrase', wakePhrase: 'hey parley' } as const;

  test('nothing is recognised before the call', async () => {
    const rig = new DialogueRig({ options });
    rig.isCall = false;
    await rig.ask();
    await rig.hear(0.05, 3_200);
    expect(rig.all('user-speech-start')).toHaveLength(1);
    expect(rig.all('user-speech-end')).toMatchObject([{ isMisfire: true }]);
    expect(rig.all('transcript-partial')).toEqual([]);
    expect(rig.stt.streamCount).toBe(0);
    expect(rig.messages).toEqual([]);
  });

  test('from the call on the whole turn is, and the agent answers', async () => {
    const lines = ['Hey Parley, who are you?'];
    const rig = new DialogueRig({ options, lines });
    rig.isCall = false;
    await rig.hear(0.05, 640);
    await rig.hear(0.9, 640);
    expect(rig.stt.streamCount).toBe(0);
    rig.isCall = true;
    await rig.hear(0.9, 640);
    expect(rig.stt.streamCount).toBe(1);
    // A word is 300 ms: it begins with all that was said before the call, and the pre-roll.
    expect(rig.all('transcript-partial')[0]?.text).toBe('Hey Parley, who');
    await rig.hear(0.05, 520);
    await rig.clock.advance(8_000);
    expect(rig.messages[0]).toEqual(['user', 'who are you?']);
    expect(rig.all('user-speech-start')).toHaveLength(1);
  });

  test('a call that is heard after the turn has ended still has all of it recognised', async () => {
    const rig = new DialogueRig({ options, lines: ['Hey Parley, who are you?', 'No.'] });
    rig.isCall = false;
    await rig.hear(0.9, 960);
    await rig.hear(0.05, 640);
    rig.isCall = true;
    await rig.hear(0.05, 320);
    await rig.clock.advance(8_000);
    expect(rig.stt.streamCount).toBe(1);
    expect(rig.messages[0]?.[0]).toBe('user');
    expect(rig.llm.requests).toHaveLength(1);
  });

  test('over the agent words count without a call', async () => {
    const rig = new DialogueRig({ options });
    rig.dialogue.sendText('Tell me something.');
    await rig.clock.advance(600);
    rig.isCall = false;
    await rig.hear(0.9, 320);
    expect(rig.stt.streamCount).toBe(1);
  });
});
