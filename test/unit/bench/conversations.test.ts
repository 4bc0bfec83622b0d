import { expect, test } from 'vitest';
import { parseSuiteArguments } from '../../../bench/turns/arguments.ts';
import { CLIPS, QUICK_CLIP_IDS } from '../../../bench/turns/clips/catalog.ts';
import { planConversations, planQuick, SUITE_KINDS } from '../../../bench/turns/conversations.ts';
import { parseScript } from '../../../talk/script.ts';
import { turnClip } from './clips.ts';

const clips = CLIPS.map(({ id, set, text }) => turnClip(id, set, { text }));

test('at least thirty clips of each set, every id once', () => {
  const count = (set: string): number => CLIPS.filter((clip) => clip.set === set).length;
  for (const set of ['pause', 'interruption', 'backchannel', 'noise']) {
    expect(count(set), set).toBeGreaterThanOrEqual(30);
  }
  expect(new Set(CLIPS.map(({ id }) => id)).size).toBe(CLIPS.length);
});

test('rests of 400 to 1,200 ms, in every pause clip and nowhere else', () => {
  const rests = CLIPS.flatMap(({ set, pauseMs }) => (set === 'pause' ? [pauseMs ?? 0] : []));
  expect([Math.min(...rests), Math.max(...rests)]).toEqual([400, 1_200]);
  expect(CLIPS.filter(({ set, pauseMs }) => (set === 'pause') !== (pauseMs !== null))).toEqual([]);
});

test('each conversation is a script that talk takes, and each clip is in one of its kind', () => {
  const plans = planConversations(SUITE_KINDS, clips);
  for (const { script } of plans) expect(() => parseScript(JSON.stringify(script))).not.toThrow();
  const inKind = (kind: string): number =>
    plans.filter((each) => each.kind === kind).flatMap((each) => each.clips).length;
  expect(inKind('pauses')).toBe(clips.filter(({ set }) => set === 'pause').length);
  expect(inKind('hidden')).toBe(clips.filter(({ set }) => set === 'interruption').length);
  expect(inKind('echo-interruptions')).toBe(32);
});

test('an echo of each gain at each delay, by itself and with interruptions', () => {
  const plans = planConversations(['echo', 'echo-interruptions'], clips);
  const alone = plans.filter(({ kind }) => kind === 'echo');
  expect(alone.map(({ echo }) => [echo?.gainDb, echo?.delayMs]).slice(0, 5)).toEqual([
    ...[-30, -30, -30, -30].map((gainDb, at) => [gainDb, [20, 60, 120, 250][at]]),
    [-20, 20],
  ]);
  expect(plans).toHaveLength(32);
});

test('the quick suite: two clips of each set and a call, in two conversations', () => {
  const quick = clips.filter(({ id }) => QUICK_CLIP_IDS.includes(id));
  expect(quick).toHaveLength(8);
  const plans = planQuick(quick);
  expect(plans.map((each) => each.clips.map(({ set }) => set))).toEqual([
    ['pause', 'pause'],
    ['interruption', 'interruption', 'backchannel', 'backchannel', 'noise', 'noise'],
  ]);
  expect(plans[1]?.script.events.map(({ type }) => type)).toEqual(['sendText', 'interrupt']);
  const sounds = CLIPS.filter(({ id }) => QUICK_CLIP_IDS.includes(id)).flatMap((clip) => [
    ...clip.sounds,
  ]);
  expect(sounds.filter(({ from }) => from === 'kokoro' || from === 'package')).toEqual([]);
});

test('flags', () => {
  expect(parseSuiteArguments([])).toMatchObject({ isQuick: false, kinds: SUITE_KINDS });
  expect(parseSuiteArguments(['--only', 'echo', '--only', 'calls', '--plain'])).toMatchObject({
    ...{ kinds: ['echo', 'calls'], isIsolated: false, outFile: 'bench/results/turns.json' },
  });
  expect(parseSuiteArguments(['--quick']).outFile).toBe('.cache/turns/quick.json');
  expect(() => parseSuiteArguments(['--only', 'music'])).toThrow(/^--only music: must be one of/u);
  expect(() => parseSuiteArguments(['--quick', '--only', 'echo'])).toThrow('exclude each other');
});
