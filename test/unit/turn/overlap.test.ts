import { describe, expect, test } from 'vitest';
import type { EchoVerdict } from '../../../src/turn/echo-guard.ts';
import { TurnRig } from './turn-rig.ts';

describe('voice over a speaking agent', () => {
  test('lowers it in the first window, silences it in the second', () => {
    const rig = TurnRig.speaking().hear(0.9, 3);
    expect(rig.types).toEqual(['32 turn-open', '32 gate ducked', '64 gate held']);
    expect(rig.machine.agent).toBe('held');
  });

  test('a voice too faint to begin a turn in silence lowers and holds it', () => {
    expect(new TurnRig().hear(0.32, 3).types).toEqual([]);
    const rig = TurnRig.speaking().hear(0.32, 3);
    expect(rig.types).toEqual(['32 turn-open', '32 gate ducked', '64 gate held']);
  });

  test('what may be a voice lowers it, and silences it once it surely is one', () => {
    const rig = TurnRig.speaking().hear(0.2, 5);
    expect(rig.types).toEqual(['32 turn-open', '32 gate ducked']);
    expect(rig.hear(0.3, 1).types.at(-1)).toBe('192 gate held');
    const [, opened, ...rest] = TurnRig.speaking().hear(0.2, 5).hear(0.1, 3).types;
    expect([opened, ...rest]).toEqual(['32 gate ducked', '256 gate open', '256 turn-drop misfire']);
  });

  test('what never was clear enough to begin a turn is none when the agent falls silent', () => {
    const rig = (probability: number) =>
      TurnRig.speaking()
        .hear(probability, 12)
        .do({ type: 'reply-end', generation: 7 })
        .hear(0.05, 100);
    expect(rig(0.4).types.at(-1)).toMatch(/turn-drop misfire$/u);
    expect(rig(0.9).types.at(-1)).toMatch(/turn-commit$/u);
  });

  test('a blip lowers it for a moment', () => {
    const rig = TurnRig.speaking().hear(0.9, 1).hear(0.1, 5);
    expect(rig.types).toEqual([
      '32 turn-open',
      '32 gate ducked',
      '128 gate open',
      '128 turn-drop misfire',
    ]);
    expect(rig.machine.agent).toBe('speaking');
  });

  const table: [string, number, EchoVerdict, string, string][] = [
    // words, windows of voice, echo, what the partial does, what the final does
    ['stop', 3, 'clear', 'cut', ''],
    ['No.', 4, 'suspect', 'cut', ''],
    ['what about tomorrow', 5, 'suspect', 'cut', ''],
    ['tomorrow', 12, 'clear', 'cut', ''],
    ['tomorrow', 5, 'clear', '', 'noise'],
    ['tomorrow', 12, 'suspect', '', 'noise'],
    ['uh-huh', 12, 'clear', '', 'backchannel'],
    ['yeah okay', 20, 'clear', '', 'backchannel'],
    ['um', 12, 'clear', '', 'backchannel'],
    ['', 12, 'clear', '', 'noise'],
  ];
  test.each(table)('"%s", %i windows, echo %s', (...row) => {
    const [text, windows, echo, onPartial, onFinal] = row;
    const rig = TurnRig.speaking().hear(0.9, windows, { echo });
    const before = rig.log.length;
    rig.words(text);
    const first = rig.log[before]?.[1].type ?? '';
    expect(first).toBe(onPartial);
    if (onPartial === 'cut') return expect(rig.openTurn).toBe('t1');
    rig.hear(0.1, 4);
    expect(rig.types.at(-1)).toMatch(/attempt-start$/u);
    rig.words(text, true);
    expect(rig.types.slice(-2)).toEqual([
      `${rig.nowMs} gate open`,
      `${rig.nowMs} turn-drop ${onFinal}`,
    ]);
  });

  test('words that a later transcript may take back do not cut yet, be they stop words', () => {
    const rig = TurnRig.speaking()
      .hear(0.9, 20)
      .words('and then', false, '')
      .words('no', false, '');
    expect(rig.types.at(-1)).toBe('64 gate held');
    expect(rig.words('and then some', false, 'and then').types.at(-1)).toBe('640 cut');
  });

  test('what cut the agent off is a turn, short as it is, and is committed', () => {
    const rig = TurnRig.speaking().hear(0.9, 4).hear(0.1, 4).words('Stop.', true).hear(0.1, 20);
    expect(rig.types.slice(-2)).toEqual(['256 cut', '640 turn-commit']);
  });

  test('two seconds without a word are background: the agent goes on, words may still cut', () => {
    const rig = TurnRig.speaking().hear(0.9, 80);
    expect(rig.types).toEqual(['32 turn-open', '32 gate ducked', '64 gate held', '2080 gate open']);
    rig.words('wait a minute please');
    expect(rig.types.at(-1)).toBe('2560 cut');
  });

  test('a hold ends even if no transcript ever comes', () => {
    const rig = TurnRig.speaking().hear(0.9, 4).hear(0.1, 100);
    expect(rig.types).toContain('2080 gate open');
    expect(rig.types.at(-1)).toMatch(/turn-drop noise$/u);
  });

  test('its own echo is not heard at all', () => {
    expect(TurnRig.speaking().hear(0.9, 50, { echo: 'echo' }).types).toEqual([]);
  });

  test('a turn over its echo begins with 96 ms from before, elsewhere with all of the pre-roll', () => {
    const opened = (rig: TurnRig) => rig.hear(0.9, 1).log[0]?.[1];
    expect(opened(TurnRig.speaking().hear(0.9, 50, { echo: 'echo' }))).toMatchObject({
      fromMs: 1_600 - 96,
    });
    expect(opened(TurnRig.speaking().hear(0.1, 50))).toMatchObject({ fromMs: 1_100 });
    const later = TurnRig.speaking().hear(0.9, 20, { echo: 'echo' }).hear(0.1, 30);
    expect(opened(later)).toMatchObject({ fromMs: 1_100 });
  });

  test('an utterance that must not be interrupted is not; the words are answered after it', () => {
    const rig = TurnRig.speaking({}, false).hear(0.9, 20).words('stop it now').hear(0.1, 40);
    expect(rig.types).toEqual(['32 turn-open']);
    rig.do({ type: 'reply-end', generation: 7 }).hear(0.1, 1);
    expect(rig.types.at(-1)).toBe('1952 turn-commit');
  });

  test('a reply that is not audible yet waits instead of being lowered', () => {
    const rig = new TurnRig().do({ type: 'reply-start', generation: 3, isInterruptible: true });
    rig.hear(0.9, 1);
    expect(rig.types).toEqual(['32 turn-open', '32 gate held']);
    expect(rig.machine.agent).toBe('thinking');
  });

  test('muting gives the agent its voice back', () => {
    const rig = TurnRig.speaking().hear(0.9, 3).do({ type: 'mute' });
    expect(rig.types.slice(-2)).toEqual(['96 gate open', '96 turn-drop muted']);
  });

  test('a call silences it, once', () => {
    const rig = TurnRig.speaking().do({ type: 'interrupt' }).do({ type: 'interrupt' });
    expect(rig.log.map(([, effect]) => effect)).toEqual([
      { type: 'cut', generation: 7, by: 'call' },
    ]);
  });

  test('a newer reply cuts the older one, whose late reports change nothing', () => {
    const rig = TurnRig.speaking().do({
      type: 'reply-start',
      generation: 8,
      isInterruptible: true,
    });
    rig.do({ type: 'reply-audible', generation: 7 }).do({ type: 'reply-end', generation: 7 });
    expect(rig.types).toEqual(['0 cut']);
    expect(rig.machine.agent).toBe('thinking');
  });
});
