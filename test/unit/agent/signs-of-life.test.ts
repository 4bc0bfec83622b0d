import { describe, expect, test } from 'vitest';
import { DEFAULT_SILENCE } from '../../../src/agent/options.ts';
import { SilencePolicy } from '../../../src/agent/silence-policy.ts';
import { turnWordsOf } from '../../../src/text/turn-words.ts';
import { DialogueRig } from './dialogue-rig.ts';

const ENGLISH = turnWordsOf('en')!;

describe('an acknowledgement', () => {
  const late = (): SilencePolicy => {
    const policy = new SilencePolicy(DEFAULT_SILENCE, ENGLISH);
    policy.handleAnswer(2_000);
    return policy;
  };
  const isReady = (): boolean => true;

  test('is not given before any answer was timed, nor for quick ones', () => {
    const policy = new SilencePolicy({ ...DEFAULT_SILENCE, maxAcknowledgedShare: 1 }, ENGLISH);
    expect(policy.pick('What is it?', isReady)).toBeNull();
    policy.handleAnswer(900);
    expect(policy.pick('What is it?', isReady)).toBeNull();
    policy.handleAnswer(3_000);
    expect(policy.predictedMs).toBe(1_740);
    expect(policy.pick('What is it?', isReady)).not.toBeNull();
  });

  test('is given in three of ten turns at most', () => {
    const policy = late();
    const given = Array.from({ length: 20 }, () => policy.pick('What is it?', isReady));
    expect(given.filter((phrase) => phrase !== null)).toHaveLength(6);
    expect(given[0]).toBeNull();
  });

  test.each([
    ['What is the capital of France?', 'question'],
    ['Tell me a story about a dog', 'request'],
    ['I went to the market today', 'other'],
  ] as const)('fits "%s": %s', (text, kind) => {
    const policy = new SilencePolicy({ ...DEFAULT_SILENCE, maxAcknowledgedShare: 1 }, ENGLISH);
    policy.handleAnswer(2_000);
    expect(ENGLISH.acknowledgements[kind]).toContain(policy.pick(text, isReady));
  });

  test('only phrases that are made are given; one of each kind is made first', () => {
    const policy = late();
    expect(policy.pick('What?', () => false)).toBeNull();
    expect(policy.phrases.slice(0, 3)).toEqual([
      ENGLISH.acknowledgements.question[0],
      ENGLISH.acknowledgements.request[0],
      ENGLISH.acknowledgements.other[0],
    ]);
  });

  test('is spoken before a late answer, from the cache, and is no answer', async () => {
    const rig = new DialogueRig({
      firstTokenMs: 2_000,
      options: {
        turn: { speculation: 'off' },
        silence: { maxAcknowledgedShare: 0.5, earconAfterMs: null },
      },
    });
    await rig.hear(0.05, 3_000);
    expect(rig.tts!.requests).toEqual([]);
    for (let turn = 0; turn < 2; turn += 1) {
      await rig.ask();
      await rig.clock.advance(10_000);
      await rig.hear(0.05, 4_000);
    }
    const made = rig.tts!.requests.map(({ text, speed }) => `${text} ${speed}`);
    expect(made).toContain(`${ENGLISH.acknowledgements.question[0]} 1.1`);
    const starts = rig.all('reply-audio-start');
    expect(starts.map(({ kind, isCached }) => [kind, isCached])).toEqual([
      ['answer', false],
      ['acknowledgement', true],
      ['answer', false],
    ]);
    const [, acknowledgement, answer] = starts;
    const [, ended] = rig.all('reply-audio-end');
    expect(ended).toMatchObject({ kind: 'acknowledgement' });
    expect(ENGLISH.acknowledgements.question).toContain(ended!.text);
    expect(answer!.contextMs - acknowledgement!.contextMs).toBeGreaterThan(1_500);
    const { contextMarks, marks } = rig.all('metrics')[1]!.metrics;
    expect(acknowledgement!.contextMs - contextMarks.decisionMs!).toBeLessThan(60);
    expect(marks.firstPhraseMs).toBeGreaterThanOrEqual(marks.decisionMs!);
    expect(marks.firstPhraseMs! - marks.decisionMs!).toBeLessThan(60);
    expect(marks.firstAudibleMs! - marks.firstPhraseMs!).toBeGreaterThan(1_500);
    expect(rig.messages.at(-1)![1]).toBe('The capital of France is Paris. It lies on the Seine.');
  });

  /** Silence until the answer was played. */
  async function hearOut(rig: DialogueRig): Promise<void> {
    for (let windows = 0; windows < 600 && rig.all('reply-end').length === 0; windows += 1) {
      await rig.hear(0.05, 32);
    }
  }
  const phrasesMade = (rig: DialogueRig): string[] =>
    rig.tts!.requests.filter(({ speed }) => speed === 1.1).map(({ text }) => text);

  test('is made while a late answer is played, for who asks again at once', async () => {
    const rig = new DialogueRig({
      firstTokenMs: 2_000,
      options: {
        turn: { speculation: 'off' },
        silence: { maxAcknowledgedShare: 0.5, earconAfterMs: null },
      },
    });
    await rig.ask();
    await hearOut(rig);
    expect(phrasesMade(rig)).toContain(ENGLISH.acknowledgements.question[0]);
    await rig.ask();
    await rig.clock.advance(3_000);
    const kinds = rig.all('reply-audio-start').map(({ kind }) => kind);
    expect(kinds).toEqual(['answer', 'acknowledgement', 'answer']);
  });

  test('is not made while the voice is still at the answer', async () => {
    const options = { silence: { earconAfterMs: null } };
    const rig = new DialogueRig({ firstTokenMs: 2_000, chunkMs: 4_000, options });
    await rig.ask();
    await rig.hear(0.05, 8_000);
    expect(rig.all('reply-audio-start')).toHaveLength(1);
    expect(phrasesMade(rig)).toEqual([]);
    await hearOut(rig);
    expect(phrasesMade(rig)).not.toEqual([]);
  });
});

describe('a tone', () => {
  const kinds = (rig: DialogueRig) => rig.all('reply-audio-start').map(({ kind }) => kind);

  test('says within two seconds that an answer is on its way, once, and is no answer', async () => {
    const rig = await new DialogueRig({
      firstTokenMs: 6_000,
      options: { turn: { speculation: 'off' } },
    }).ask();
    await rig.clock.advance(15_000);
    expect(kinds(rig)).toEqual(['earcon', 'answer']);
    const [tone] = rig.all('reply-audio-start');
    const { decisionMs } = rig.all('metrics')[0]!.metrics.contextMarks;
    expect(tone!.contextMs - decisionMs!).toBeLessThanOrEqual(2_000);
    expect(rig.all('reply-audio-end').map(({ kind, text }) => [kind, text])).toEqual([
      ['earcon', ''],
      ['answer', 'The capital of France is Paris. It lies on the Seine.'],
    ]);
  });

  test.each([
    ['the answer sounds before', 500, {}],
    ['it is not wanted', 6_000, { earconAfterMs: null }],
  ] as const)('is left out where %s', async (_, firstTokenMs, silence) => {
    const options = { turn: { speculation: 'off' }, silence } as const;
    const rig = await new DialogueRig({ firstTokenMs, options }).ask();
    await rig.clock.advance(15_000);
    expect(kinds(rig)).toEqual(['answer']);
  });

  test('is not heard of a reply that was cut off', async () => {
    const options = { turn: { speculation: 'off' } } as const;
    const rig = await new DialogueRig({ firstTokenMs: 6_000, options }).ask();
    await rig.clock.advance(500);
    rig.dialogue.interrupt();
    await rig.clock.advance(5_000);
    expect(kinds(rig)).toEqual([]);
  });
});

describe('an idle person', () => {
  test('is asked once, then left alone until somebody speaks', async () => {
    const rig = new DialogueRig({ options: { silence: { idlePromptMs: 15_000 } } });
    await rig.hear(0.05, 14_900);
    expect(rig.messages).toEqual([]);
    await rig.hear(0.05, 60_000);
    expect(rig.messages).toEqual([['assistant', ENGLISH.idlePrompt]]);
  });

  test('is left alone by default', async () => {
    const rig = new DialogueRig();
    await rig.hear(0.05, 60_000);
    expect(rig.messages).toEqual([]);
  });
});
