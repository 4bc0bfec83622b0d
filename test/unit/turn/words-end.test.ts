// What the language model says of the words, beside what the voice says of the end of a turn.
import { describe, expect, test } from 'vitest';
import { TurnRig } from './turn-rig.ts';

const QUESTION = 'When does the sun rise in summer?';
const UNSURE = 0.2;
const LIMITS = {
  isModelAsked: true,
  completeProbability: 0.5,
  probableProbability: 0.35,
  probableSilenceMs: 384,
};

/** A doubtful silence of 128 ms, all words of the turn known. */
const doubted = (text = QUESTION, isFinal = true): TurnRig =>
  new TurnRig(LIMITS).hear(1, 20).hear(0.1, 1).answer(UNSURE).hear(0.1, 3).words(text, isFinal);
const judge = (rig: TurnRig, probability: number, text = QUESTION): TurnRig =>
  rig.do({ type: 'words-end', turnId: 't1', text, probability });
/** Of the silence at which the turn was committed. */
const committedMs = (rig: TurnRig): number => {
  const [at] = rig.hear(0.1, 110).log.find(([, { type }]) => type === 'turn-commit') ?? [NaN];
  return at - 640;
};

test('a whole sentence ends the doubt at once', () => {
  const rig = judge(doubted(), 0.6);
  expect(rig.types.at(-1)).toBe('768 turn-commit');
  const [, commit] = rig.log.at(-1)!;
  const { voice, words, both } = (commit as Extract<typeof commit, { type: 'turn-commit' }>)
    .completion;
  expect([voice, words, both!.toFixed(2)]).toEqual([UNSURE, 0.6, '0.79']);
  expect(committedMs(doubted('Turn on the light.'))).toBeGreaterThan(1_000);
  expect(committedMs(judge(doubted('Turn on the light.'), 0.6, 'turn on the light'))).toBe(128);
});

test('the less probably the words are a sentence, the longer is the wait', () => {
  const waits = [0.6, 0.1, 0.05, 0.002].map((probability) =>
    committedMs(judge(doubted(), probability)),
  );
  expect(waits).toEqual([...waits].sort((left, right) => left - right));
  expect(new Set(waits).size).toBe(4);
});

test('unfinished words outweigh a voice that sounds like an end', () => {
  const sure = (): TurnRig =>
    new TurnRig(LIMITS).hear(1, 20).hear(0.1, 1).answer(0.95).words('I need', true);
  expect(committedMs(sure())).toBe(128);
  expect(committedMs(judge(sure(), 0.0002, 'I need'))).toBeGreaterThan(500);
});

describe('counts for nothing', () => {
  const doubtMs = committedMs(doubted());

  test.each([
    ['of other words', () => judge(doubted(), 0.6, 'When does the sun rise?')],
    ['of words that more may follow', () => judge(doubted(QUESTION, false), 0.6)],
    [
      'of another turn',
      () => doubted().do({ type: 'words-end', turnId: 't9', text: QUESTION, probability: 0.6 }),
    ],
  ])('what is said %s', (_, create) => {
    expect(committedMs(create())).toBe(doubtMs);
  });

  test('what was said before the person went on', () => {
    const rig = judge(doubted(), 0.04).hear(1, 10).hear(0.1, 1).answer(UNSURE);
    expect(rig.hear(0.1, 8).openTurn).toBe('t1');
  });

  test('what comes when no end-of-turn model answers', () => {
    const rig = new TurnRig(LIMITS).hear(1, 20).hear(0.1, 2).words(QUESTION, true);
    expect(committedMs(judge(rig, 0.9))).toBe(512);
  });
});

test('it may be said before the words are known to be all', () => {
  const rig = judge(doubted(QUESTION, false), 0.6);
  expect(rig.openTurn).toBe('t1');
  expect(rig.words(QUESTION.replace('?', '.'), true).types.at(-1)).toBe('768 turn-commit');
});

describe('words that are a whole sentence so far', () => {
  const talking = (text = QUESTION): TurnRig => new TurnRig(LIMITS).hear(1, 20).words(text);
  const drafts = (rig: TurnRig) =>
    rig.log.map(([, effect]) => effect).filter(({ type }) => type === 'draft-start');

  test('may be answered while the person still speaks', () => {
    const rig = judge(talking(), 0.3, QUESTION.toLowerCase());
    expect(drafts(rig)).toEqual([
      { type: 'draft-start', turnId: 't1', text: QUESTION, turnMs: 640 },
    ]);
  });

  test('are looked into at the first silent window, before the voice was judged', () => {
    const started = (rig: TurnRig): string | undefined =>
      rig.hear(0.1, 9).types.find((each) => each.endsWith('attempt-start'));
    expect(started(judge(talking(), 0.3))).toBe('672 attempt-start');
    expect(started(judge(talking(), 0.01))).toBe('896 attempt-start');
    expect(started(judge(talking(), 0.3).words(`${QUESTION} And`))).toBe('896 attempt-start');
    expect(started(judge(talking(), 0.3).hear(0.1, 1).hear(1, 1))).toBe('672 attempt-start');
  });

  test('once the person went on after them they are not looked into again', () => {
    const rig = judge(talking(), 0.3).hear(0.1, 1).hear(1, 1).hear(0.1, 1);
    expect(rig.types.filter((each) => each.endsWith('attempt-start'))).toHaveLength(1);
  });

  test.each([
    ['that are hardly one', () => judge(talking(), 0.05)],
    ['that are not the latest', () => judge(talking(), 0.3, 'When does the sun rise?')],
    ['that are looked into', () => judge(talking().hear(0.1, 9), 0.3)],
    [
      'over the agent',
      () => judge(talking().do({ type: 'reply-start', generation: 1, isInterruptible: true }), 0.3),
    ],
    [
      'without their wake phrase',
      () =>
        judge(
          new TurnRig({ ...LIMITS, mode: 'wake-phrase', wakePhrase: 'hey parley' })
            .hear(1, 20)
            .words(QUESTION),
          0.3,
        ),
    ],
  ])('are not answered yet: words %s', (_, create) => {
    expect(drafts(create())).toEqual([]);
  });
});

test('voice and words that are sure together end the turn after half the wait', () => {
  const heard = (probability: number): TurnRig =>
    new TurnRig(LIMITS).hear(1, 20).hear(0.1, 1).answer(probability).words(QUESTION, true);
  expect(committedMs(judge(heard(0.9), 0.5))).toBe(64);
  expect(committedMs(judge(heard(0.5), 0.06))).toBe(128);
  expect(committedMs(heard(0.99))).toBe(128);
});

describe('the last words, on their way when the voice sounds like an end,', () => {
  const sure = (limits: object = {}): TurnRig =>
    judge(new TurnRig({ ...LIMITS, ...limits }).hear(1, 20).words(QUESTION), 0.3)
      .hear(0.1, 1)
      .answer(0.95);

  test('are waited for, for a while', () => {
    expect(committedMs(sure())).toBe(384);
    expect(sure().hear(0.1, 4).words(QUESTION, true).types.at(-1)).toBe('800 turn-commit');
    expect(committedMs(sure({ probableSilenceMs: 64 }))).toBe(128);
  });

  test('are not once they are others, which nobody judged', () => {
    const rig = sure().hear(0.1, 4).words(`${QUESTION} Or winter?`, true);
    expect(rig.types.at(-1)).toBe('800 turn-commit');
  });

  test('are not where words are not judged', () => {
    const rig = new TurnRig(LIMITS).hear(1, 20).words(QUESTION).hear(0.1, 1).answer(0.95);
    expect(committedMs(rig)).toBe(128);
  });
});

test('a number may be written in another way', () => {
  const rig = judge(doubted('How much is 2 plus 2?'), 0.6, 'How much is two plus 2?');
  expect(rig.types.at(-1)).toBe('768 turn-commit');
});
