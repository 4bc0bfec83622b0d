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
  expect(judge(doubted(), 0.6).types.at(-1)).toBe('768 turn-commit');
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
