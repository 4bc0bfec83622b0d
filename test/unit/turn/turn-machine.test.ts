import { describe, expect, test } from 'vitest';
import { TurnRig } from './turn-rig.ts';

describe('by the timer', () => {
  test('a sentence opens, gets an attempt, and is committed after the fixed silence', () => {
    const rig = new TurnRig().hear(0.1, 20).hear(0.9, 20).hear(0.1, 20);
    expect(rig.types).toEqual(['672 turn-open', '1408 attempt-start', '1792 turn-commit']);
    expect(rig.log[0]?.[1]).toMatchObject({ turnId: 't1', fromMs: 140 });
    expect(rig.log[2]?.[1]).toMatchObject({ turnId: 't1', lastSpeechMs: 1280, decisionMs: 1792 });
    expect(rig.machine.user).toBe('silent');
  });

  test('speech that goes on after a pause drops the attempt and stays one turn', () => {
    const rig = new TurnRig().hear(0.9, 20).hear(0.1, 8).hear(0.9, 10).hear(0.1, 16);
    expect(rig.types).toEqual([
      '32 turn-open',
      '768 attempt-start',
      '928 attempt-drop',
      '1344 attempt-start',
      '1728 turn-commit',
    ]);
  });

  test('a short noise is a misfire', () => {
    const rig = new TurnRig().hear(0.9, 4).hear(0.1, 16);
    expect(rig.types).toEqual(['32 turn-open', '640 turn-drop misfire']);
  });

  test('hysteresis: a voice between the thresholds goes on but does not start', () => {
    expect(new TurnRig().hear(0.4, 50).types).toEqual([]);
    expect(new TurnRig().hear(0.9, 10).hear(0.4, 50).types).toEqual(['32 turn-open']);
  });

  test('an endless voice is committed by force', () => {
    const rig = new TurnRig({ maxTurnMs: 5_000 }).hear(0.9, 200);
    expect(rig.types.slice(0, 2)).toEqual(['32 turn-open', '5024 turn-commit']);
  });

  test('turn.minSilenceMs is what decides', () => {
    const rig = new TurnRig({ minSilenceMs: 800 }).hear(0.9, 20).hear(0.1, 30);
    expect(rig.types.at(-1)).toBe('1440 turn-commit');
  });

  test('the page commits at once', () => {
    const rig = new TurnRig().hear(0.9, 20).do({ type: 'commit' });
    expect(rig.types).toEqual(['32 turn-open', '640 turn-commit']);
  });

  test('muting drops the open turn', () => {
    const rig = new TurnRig().hear(0.9, 20).do({ type: 'mute' });
    expect(rig.types.at(-1)).toBe('640 turn-drop muted');
  });
});

describe('with the end-of-turn model', () => {
  const talked = (): TurnRig => new TurnRig({ isModelAsked: true }).hear(0.9, 20);

  test('is asked at the first silent window; a sure answer commits at 128 ms of silence', () => {
    const rig = talked().hear(0.1, 1).answer(0.95).hear(0.1, 5);
    expect(rig.types.slice(0, 2)).toEqual(['32 turn-open', '672 completion-ask']);
    expect(rig.types.at(-1)).toBe('768 turn-commit');
  });

  describe('a voice that falls by more than 15 dB may have ended', () => {
    const loud = (): TurnRig => new TurnRig({ isModelAsked: true }).hear(1, 20, { levelDb: -20 });

    test('and is asked about a window before the detector hears silence; then not again', () => {
      const rig = loud().hear(0.9, 1, { levelDb: -60 }).answer(0.95);
      expect(rig.types.slice(1)).toEqual(['672 completion-ask']);
      expect(rig.hear(0.1, 1, { levelDb: -60 }).types.at(-1)).toBe('704 attempt-start');
      expect(rig.hear(0.1, 4, { levelDb: -60 }).types.at(-1)).toBe('800 turn-commit');
    });

    test('what is answered counts for nothing once the voice goes on', () => {
      const rig = loud().hear(0.9, 1, { levelDb: -60 }).answer(0.95);
      rig.hear(1, 2, { levelDb: -20 }).hear(0.1, 1, { levelDb: -60 });
      expect(rig.types.slice(1)).toEqual(['672 completion-ask', '768 completion-ask']);
      expect(rig.hear(0.1, 5).openTurn).toBe('t1');
    });

    test.each([
      ['a surely voiced window', 1, -60],
      ['a softer word', 0.9, -30],
    ])('%s asks nothing', (_, probability, levelDb) => {
      expect(loud().hear(probability, 1, { levelDb }).types).toEqual(['32 turn-open']);
    });

    test('where the level is not known nothing is asked either', () => {
      expect(loud().hear(0.9, 1).types).toEqual(['32 turn-open']);
    });
  });

  test('work ahead begins at once after an answer that makes an end probable', () => {
    expect(talked().hear(0.1, 1).answer(0.6).types.at(-1)).toBe('672 attempt-start');
    expect(talked().hear(0.1, 1).answer(0.4).types.at(-1)).toBe('672 completion-ask');
  });

  test('an answer that comes later commits at once', () => {
    const rig = talked().hear(0.1, 5);
    expect(rig.answer(0.95).types.at(-1)).toBe('800 turn-commit');
  });

  test('work ahead leaves the cores to the model until it answers, or is late', () => {
    const rig = talked().hear(0.1, 5);
    expect(rig.types.at(-1)).toBe('672 completion-ask');
    expect(rig.answer(0.2).types.at(-1)).toBe('800 attempt-start');
    expect(talked().hear(0.1, 8).types.at(-1)).toBe('896 attempt-start');
  });

  test('a probable end waits for 200 ms', () => {
    expect(talked().hear(0.1, 1).answer(0.6).hear(0.1, 9).types.at(-1)).toBe('864 turn-commit');
  });

  test('an unlikely end waits as long as this person is known to pause', () => {
    const rig = talked().hear(0.1, 1).answer(0.05).hear(0.1, 35);
    expect(rig.types.at(-1)).toBe('960 completion-ask');
    expect(rig.hear(0.1, 9).types.at(-1)).toBe('2048 turn-commit');
  });

  test('behind a whole question, unlikely as its end may be, no longer than the timer', () => {
    const rig = talked().hear(0.1, 1).answer(0.05).words('When does the sun rise in summer?');
    expect(rig.hear(0.1, 35).types.at(-1)).toBe('1152 turn-commit');
  });

  test('a late rise at 300 ms does not outweigh the early answer', () => {
    const rig = talked().hear(0.1, 1).answer(0.05).hear(0.1, 10).answer(0.95);
    expect(rig.hear(0.1, 10).types.at(-1)).toBe('960 completion-ask');
  });

  test('without an answer the timer decides', () => {
    expect(talked().hear(0.1, 20).types.at(-1)).toBe('1152 turn-commit');
  });

  test('an answer to the silence before is ignored', () => {
    const rig = talked().hear(0.1, 1);
    const late = rig.log.at(-1)?.[1];
    rig.hear(0.9, 4).hear(0.1, 1);
    if (late?.type !== 'completion-ask') throw new Error('not asked');
    rig.do({ type: 'completion', turnId: 't1', askId: late.askId, probability: 0.99 });
    expect(rig.hear(0.1, 6).openTurn).toBe('t1');
  });

  test('a last word that asks for more makes even a sure end wait for the timer', () => {
    const rig = talked().hear(0.1, 1).answer(0.95).words('I would like to book a table and');
    expect(rig.hear(0.1, 20).types.at(-1)).toBe('1152 turn-commit');
  });

  test('long pauses are learned: the same doubt waits longer', () => {
    const rig = talked();
    for (let count = 0; count < 5; count += 1)
      rig.hear(0.1, 1).answer(0.05).hear(0.1, 30).hear(0.9, 10);
    const from = rig.nowMs;
    rig.hear(0.1, 1).answer(0.05).hear(0.1, 90);
    const commit = rig.log.find(([, { type }]) => type === 'turn-commit')?.[0] ?? 0;
    expect(commit - from).toBeGreaterThan(1_216);
    expect(commit - from).toBeLessThanOrEqual(2_528);
  });

  test('what is said into a greeting that is not audible yet teaches no pause', () => {
    const rig = new TurnRig({ isModelAsked: true });
    rig.do({ type: 'reply-start', generation: 1, isInterruptible: true }).hear(0.9, 20);
    rig.do({ type: 'reply-end', generation: 1 }).hear(0.1, 1).answer(0.05).hear(0.1, 50);
    expect(rig.types.at(-1)).toBe('2048 turn-commit');
  });

  test('three seconds of silence end any turn', () => {
    const rig = new TurnRig({ isModelAsked: true, minPauseMs: 5_000, maxPauseMs: 10_000 });
    rig.hear(0.9, 20).hear(0.1, 1).answer(0.01).hear(0.1, 100);
    expect(rig.types.at(-1)).toBe('3648 turn-commit');
  });
});

describe('other modes', () => {
  test('manual: only the page ends the turn', () => {
    const rig = new TurnRig({ mode: 'manual', isModelAsked: true }).hear(0.9, 20).hear(0.1, 100);
    rig.do({ type: 'commit' });
    expect(rig.types).toEqual(['32 turn-open', '768 attempt-start', '3840 turn-commit']);
  });

  test('push-to-talk: voice without the button is nothing', () => {
    expect(new TurnRig({ mode: 'push-to-talk' }).hear(0.9, 50).types).toEqual([]);
  });

  test('push-to-talk: pre-roll before the press, tail after the release', () => {
    const rig = new TurnRig({ mode: 'push-to-talk' }).hear(0.9, 20);
    rig.do({ type: 'push-to-talk', isPressed: true }).hear(0.9, 20);
    rig.do({ type: 'push-to-talk', isPressed: false }).hear(0.1, 10);
    expect(rig.types).toEqual(['640 turn-open', '1504 turn-commit']);
    expect(rig.log[0]?.[1]).toMatchObject({ fromMs: 140 });
  });

  test('push-to-talk: pressing silences the agent, an empty press is a misfire', () => {
    const rig = TurnRig.speaking({ mode: 'push-to-talk' });
    rig.do({ type: 'push-to-talk', isPressed: true }).hear(0.1, 20);
    rig.do({ type: 'push-to-talk', isPressed: false }).hear(0.1, 10);
    expect(rig.types).toEqual(['0 cut', '0 turn-open', '864 turn-drop misfire']);
  });

  test('wake phrase: words that do not hold it are not for the agent', () => {
    const rig = new TurnRig({ mode: 'wake-phrase', wakePhrase: 'hey parley' });
    rig.hear(0.9, 40).hear(0.1, 5).words('What a nice day it is.', true).hear(0.1, 20);
    expect(rig.types.at(-1)).toBe('1792 turn-drop not-addressed');
  });

  test('wake phrase: with it the turn is committed, and the next one needs none', () => {
    const rig = new TurnRig({ mode: 'wake-phrase', wakePhrase: 'hey parley' });
    rig.hear(0.9, 40).words('Hey Parlay, what').hear(0.1, 20);
    expect(rig.types.at(-1)).toBe('1792 turn-commit');
    rig.hear(0.9, 20).hear(0.1, 20);
    expect(rig.types.at(-1)).toMatch(/turn-commit$/u);
  });

  test('wake phrase: a spotter that heard it in the turn, or just before, is enough', () => {
    const options = { mode: 'wake-phrase', wakePhrase: 'hey parley', wakeWindowMs: 1_000 } as const;
    const within = new TurnRig(options).hear(0.9, 20).do({ type: 'wake' });
    within.hear(0.9, 20).hear(0.1, 20);
    expect(within.types.at(-1)).toMatch(/turn-commit$/u);
    const before = new TurnRig(options).hear(0.1, 2).do({ type: 'wake' });
    before.hear(0.9, 40).hear(0.1, 20);
    expect(before.types.at(-1)).toMatch(/turn-commit$/u);
    const long = new TurnRig(options).hear(0.1, 2).do({ type: 'wake' }).hear(0.1, 60);
    long.hear(0.9, 40).hear(0.1, 120);
    expect(long.types.at(-1)).toMatch(/turn-drop not-addressed$/u);
  });

  test('wake phrase: heard after the voice has ended, it ends the turn at once', () => {
    const rig = new TurnRig({ mode: 'wake-phrase', wakePhrase: 'hey parley' });
    rig.hear(0.9, 20).hear(0.1, 20);
    expect(rig.openTurn).not.toBeNull();
    rig.do({ type: 'wake' });
    expect(rig.types.at(-1)).toBe('1280 turn-commit');
  });
});
