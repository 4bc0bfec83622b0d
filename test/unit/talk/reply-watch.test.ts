import { describe, expect, test } from 'vitest';
import { CueSheet } from '../../../talk/page/cue-sheet.ts';
import type { EchoPlan, PlannedClip, PlannedEvent } from '../../../talk/page/plan.ts';
import { ReplyWatch } from '../../../talk/page/reply-watch.ts';

describe('ReplyWatch', () => {
  test('a reply spans its pauses while the agent is busy, and ends with it', () => {
    const watch = new ReplyWatch();
    watch.handleAgentBusy(true);
    watch.handleLevel(1_000, true);
    watch.handleLevel(1_500, false);
    watch.handleTime(3_000);
    expect(watch.replies).toEqual([{ startMs: 1_000, endMs: 1_500, isOver: false }]);
    watch.handleLevel(3_100, true);
    watch.handleLevel(4_000, false);
    watch.handleAgentBusy(false);
    watch.handleTime(4_600);
    expect(watch.replies[0]?.isOver).toBe(false);
    watch.handleTime(4_700);
    expect(watch.replies).toEqual([{ startMs: 1_000, endMs: 4_000, isOver: true }]);
  });

  test('sound after a clip that came after the silence is the next reply, however soon', () => {
    const watch = new ReplyWatch();
    watch.handleAgentBusy(true);
    watch.handleLevel(1_000, true);
    watch.handleLevel(1_500, false);
    watch.handleClipEnd(1_900);
    watch.handleLevel(2_100, true);
    expect(watch.replies.map(({ startMs, isOver }) => [startMs, isOver])).toEqual([
      [1_000, true],
      [2_100, false],
    ]);
  });

  test('a clip that ended while the reply sounded does not divide it', () => {
    const watch = new ReplyWatch();
    watch.handleAgentBusy(true);
    watch.handleLevel(1_000, true);
    watch.handleClipEnd(1_200);
    watch.handleLevel(1_500, false);
    watch.handleLevel(1_700, true);
    expect(watch.replies).toHaveLength(1);
  });
});

const clipOf = (id: string, change: Partial<PlannedClip> = {}): PlannedClip => ({
  id,
  kind: 'speech',
  at: { ms: 500 },
  lengthMs: 2_000,
  speechEndMs: 1_500,
  pcmBase64: null,
  ...change,
});

function makeSheet(
  clips: PlannedClip[],
  events: PlannedEvent[] = [],
  echo: EchoPlan | null = null,
) {
  const watch = new ReplyWatch();
  const sheet = new CueSheet({ clips, events, echo, openMs: 10_000, watch });
  const hear = (fromMs: number, toMs: number): void => {
    watch.handleLevel(fromMs, true);
    watch.handleLevel(toMs, false);
    watch.handleTime(toMs + 700);
  };
  return { watch, sheet, hear };
}

describe('CueSheet', () => {
  test('a clip with a time is due at once, ahead of it; an event when its time has come', () => {
    const { sheet } = makeSheet([clipOf('a')], [{ at: { ms: 100 }, type: 'interrupt' }]);
    expect(sheet.takeDue(10_000).clips.map(({ atMs }) => atMs)).toEqual([10_500]);
    expect(sheet.takeDue(10_090)).toEqual({ clips: [], events: [] });
    expect(sheet.takeDue(10_100).events.map(({ type }) => type)).toEqual(['interrupt']);
    expect(sheet.takeDue(10_200)).toEqual({ clips: [], events: [] });
  });

  test('clips follow the start or the end of a reply', () => {
    const { sheet, watch, hear } = makeSheet([
      clipOf('during', { at: { reply: 0, offsetMs: 300 } }),
      clipOf('after', { at: { afterReply: 0, offsetMs: 1_000 } }),
    ]);
    expect(sheet.takeDue(12_000).clips).toEqual([]);
    watch.handleLevel(13_000, true);
    expect(sheet.takeDue(13_020).clips.map(({ clip, atMs }) => [clip.id, atMs])).toEqual([
      ['during', 13_300],
    ]);
    hear(13_000, 14_000);
    expect(sheet.takeDue(14_700).clips.map(({ clip, atMs }) => [clip.id, atMs])).toEqual([
      ['after', 15_000],
    ]);
  });

  test('it is over when the reply to the last speech is over', () => {
    const clip = clipOf('a');
    const { sheet, hear } = makeSheet([clip]);
    sheet.takeDue(10_000);
    sheet.handleClipStart(clip, 10_500);
    expect(sheet.isOver(13_000)).toBe(false);
    hear(12_300, 13_000);
    expect(sheet.isOver(13_699)).toBe(false);
    expect(sheet.isOver(13_700)).toBe(true);
  });

  test('an answer to the first half alone is waited out', () => {
    const clip = clipOf('a');
    const { sheet, hear } = makeSheet([clip]);
    sheet.takeDue(10_000);
    sheet.handleClipStart(clip, 10_500);
    hear(11_200, 11_700);
    expect(sheet.isOver(13_000)).toBe(false);
    expect(sheet.isOver(15_500)).toBe(true);
  });

  test('a noise after the last speech gets its time to be mistaken for speech', () => {
    const clips = [clipOf('a'), clipOf('n', { kind: 'noise', at: { ms: 5_000 } })];
    const { sheet, hear } = makeSheet(clips);
    sheet.takeDue(10_000);
    sheet.handleClipStart(clips[0]!, 10_500);
    sheet.handleClipStart(clips[1]!, 15_000);
    hear(12_500, 14_000);
    expect(sheet.isOver(17_100)).toBe(false);
    expect(sheet.isOver(20_000)).toBe(true);
  });

  test('typed words ask for an answer too', () => {
    const event: PlannedEvent = { at: { ms: 0 }, type: 'sendText', value: 'hello' };
    const { sheet, hear } = makeSheet([], [event]);
    sheet.takeDue(10_000);
    sheet.handleEventDone(event, 10_000);
    expect(sheet.isOver(16_000)).toBe(false);
    hear(16_100, 17_000);
    expect(sheet.isOver(17_700)).toBe(true);
  });

  test('a reply into an echo gets its time to be mistaken for a person', () => {
    const event: PlannedEvent = { at: { ms: 0 }, type: 'sendText', value: 'hello' };
    const { sheet, hear } = makeSheet([], [event], { gainDb: 0, delayMs: 20 });
    sheet.takeDue(10_000);
    sheet.handleEventDone(event, 10_000);
    hear(10_500, 11_000);
    expect(sheet.isOver(12_999)).toBe(false);
    expect(sheet.isOver(13_000)).toBe(true);
  });

  const over = (id: string): PlannedClip =>
    clipOf(id, { at: { whenever: 'speaking', offsetMs: 1_500 }, lengthMs: 500, speechEndMs: 400 });

  test('clips over whatever the agent says come one by one, each with its time to work', () => {
    const { sheet, watch } = makeSheet([over('a'), over('b')]);
    watch.handleLevel(11_000, true);
    expect(sheet.takeDue(12_499).clips).toEqual([]);
    const due = sheet.takeDue(12_500).clips;
    expect(due.map(({ clip, atMs }) => [clip.id, atMs])).toEqual([['a', 12_500]]);
    sheet.handleClipStart(due[0]!.clip, 12_520);
    expect(sheet.takeDue(15_519).clips).toEqual([]);
    expect(sheet.takeDue(15_520).clips.map(({ clip }) => clip.id)).toEqual(['b']);
  });

  test('they wait while the agent is silent, and count from the start of the reply they meet', () => {
    const { sheet, watch, hear } = makeSheet([over('a')]);
    hear(11_000, 12_000);
    expect(sheet.takeDue(13_000).clips).toEqual([]);
    watch.handleLevel(14_000, true);
    expect(sheet.takeDue(15_499).clips).toEqual([]);
    expect(sheet.takeDue(15_500).clips).toHaveLength(1);
  });

  test('a clip into quiet waits for the answer to the one before', () => {
    const quiet = { whenever: 'quiet', offsetMs: 800 } as const;
    const [first, second] = [clipOf('a', { at: quiet }), clipOf('b', { at: quiet })];
    const { sheet, hear } = makeSheet([first, second]);
    const due = sheet.takeDue(10_020);
    expect(due.clips.map(({ clip, atMs }) => [clip.id, atMs])).toEqual([['a', 10_800]]);
    sheet.handleClipStart(first, 10_800);
    expect(sheet.takeDue(17_000).clips).toEqual([]);
    hear(17_100, 18_000);
    expect(sheet.takeDue(18_799).clips).toEqual([]);
    expect(sheet.takeDue(18_800).clips.map(({ clip }) => clip.id)).toEqual(['b']);
  });

  test('a clip that is never answered holds up the next one for a while only', () => {
    const quiet = { whenever: 'quiet', offsetMs: 0 } as const;
    const [first, second] = [clipOf('a', { at: quiet }), clipOf('b', { at: quiet })];
    const { sheet } = makeSheet([first, second]);
    sheet.takeDue(10_000);
    sheet.handleClipStart(first, 10_000);
    expect(sheet.takeDue(16_999).clips).toEqual([]);
    expect(sheet.takeDue(17_000).clips.map(({ clip }) => clip.id)).toEqual(['b']);
  });

  test('it is stuck when cues are left and the agent has nothing to say', () => {
    const { sheet, watch, hear } = makeSheet([over('a')]);
    expect(sheet.isStuck(12_999)).toBe(false);
    expect(sheet.isStuck(13_000)).toBe(true);
    watch.handleAgentBusy(true);
    expect(sheet.isStuck(13_100)).toBe(false);
    watch.handleAgentBusy(false);
    hear(13_200, 14_000);
    sheet.takeDue(14_000);
    expect(sheet.isOver(20_000)).toBe(false);
  });
});
