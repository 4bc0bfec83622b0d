// One turn as a waterfall: bars and marks on a shared axis, as shares of its length. Main thread, pure.
import type { TurnMetrics } from '../index.ts';
import { toTurnTimeline } from '../metrics.ts';
import type { TurnTimeline } from '../metrics.ts';
import { formatMs } from './format.ts';
import { STAGE_WORDS } from './timings.ts';

/** `wait`: nobody works. `used`, `transcript-only` and `dropped` are fates of work begun ahead. */
export type BarLook = 'wait' | 'work' | 'used' | 'transcript-only' | 'dropped';
export type MarkLook = 'decision' | 'phrase' | 'audible';

/** As shares of the axis. */
export interface Bar {
  readonly from: number;
  readonly to: number;
  readonly look: BarLook;
}

export interface WaterfallRow {
  readonly name: string;
  readonly value: string;
  readonly bars: readonly Bar[];
}

export interface Waterfall {
  /** The picture in one sentence. */
  readonly caption: string;
  /** What the picture shows besides the stages, for those who do not see it. */
  readonly description: string;
  readonly rows: readonly WaterfallRow[];
  readonly marks: readonly {
    readonly name: string;
    readonly at: number;
    readonly look: MarkLook;
  }[];
  readonly ticks: readonly { readonly label: string; readonly at: number }[];
  /** Attempts dropped before the last word, which lie left of the axis. */
  readonly droppedBefore: number;
}

/** Marks on the axis at the most, besides one. */
const MAX_TICKS = 4;

/** Null for a turn without a beginning on record. */
export function toWaterfall(metrics: TurnMetrics): Waterfall | null {
  const timeline = toTurnTimeline(metrics);
  if (timeline === null) return null;
  const marks = toMarks(timeline);
  const ends = [...marks.map(({ atMs }) => atMs), ...timeline.stages.map((span) => span.endMs)];
  // An answer may have been begun before the last word.
  const startMs = Math.min(0, ...timeline.stages.map((span) => span.startMs));
  const endMs = Math.max(1, ...ends);
  const share = (ms: number): number =>
    Math.min(1, Math.max(0, (ms - startMs) / (endMs - startMs)));
  return {
    caption: toCaption(timeline, metrics.isInterrupted),
    description: [
      ...(timeline.isSpoken ? [`Begun ahead: ${toFate(timeline.attempts)}.`] : []),
      ...marks.map(({ name, atMs }) => `${name}: after ${formatMs(atMs)}.`),
    ].join(' '),
    rows: toRows(timeline, share),
    marks: marks.map(({ atMs, ...mark }) => ({ ...mark, at: share(atMs) })),
    ticks: toTicks(startMs, endMs).map((atMs) => ({ label: formatMs(atMs), at: share(atMs) })),
    droppedBefore: timeline.attempts.filter(isBefore).length,
  };
}

function toCaption(
  { isSpoken, firstAudibleMs, decisionMs }: TurnTimeline,
  isInterrupted: boolean,
): string {
  const since = isSpoken ? 'your last word' : 'you sent the text';
  if (firstAudibleMs !== null)
    return `First sound heard ${formatMs(firstAudibleMs)} after ${since}`;
  const end = isInterrupted ? 'Cut off before the first sound' : 'Answered without sound';
  if (!isSpoken || decisionMs === null) return end;
  return `Turn taken ${formatMs(decisionMs)} after ${since}. ${end}`;
}

function toRows(timeline: TurnTimeline, share: (ms: number) => number): WaterfallRow[] {
  const stages = timeline.stages.map(({ stage, startMs, endMs }): WaterfallRow => ({
    name: STAGE_WORDS[stage],
    value: formatMs(endMs - startMs),
    bars: [
      {
        from: share(startMs),
        to: share(endMs),
        look: stage === 'end-of-turn' || stage === 'output' ? 'wait' : 'work',
      },
    ],
  }));
  if (!timeline.isSpoken) return stages;
  const [first, ...others] = stages;
  return [...(first === undefined ? [] : [first]), toAheadRow(timeline, share), ...others];
}

function toAheadRow({ attempts }: TurnTimeline, share: (ms: number) => number): WaterfallRow {
  return {
    name: 'Begun ahead',
    value: toFate(attempts),
    bars: attempts
      .filter((attempt) => !isBefore(attempt))
      .map(({ startedMs, replyStartedMs, endedMs, outcome }) => ({
        // An answer may have been begun before the silence.
        from: share(Math.min(startedMs, replyStartedMs ?? startedMs)),
        to: share(endedMs ?? startedMs),
        look: outcome,
      })),
  };
}

function toFate(attempts: TurnTimeline['attempts']): string {
  const dropped = attempts.filter(({ outcome }) => outcome === 'dropped').length;
  const kept = attempts.find(({ outcome }) => outcome !== 'dropped')?.outcome;
  const words = [
    ...(kept === 'used' ? ['used'] : []),
    ...(kept === 'transcript-only' ? ['words only'] : []),
    ...(dropped > 0 ? [`${dropped} dropped`] : []),
  ];
  return words.join(', ') || 'nothing';
}

function isBefore({ startedMs }: TurnTimeline['attempts'][number]): boolean {
  return startedMs < 0;
}

function toMarks({ isSpoken, decisionMs, firstPhraseMs, firstAudibleMs }: TurnTimeline) {
  const marks: { name: string; atMs: number; look: MarkLook }[] = [];
  if (isSpoken && decisionMs !== null) {
    marks.push({ name: 'Turn taken', atMs: decisionMs, look: 'decision' });
  }
  // One that came later is no sign of life before the answer.
  if (firstPhraseMs !== null && firstPhraseMs < (firstAudibleMs ?? Infinity)) {
    marks.push({ name: 'A short phrase or tone', atMs: firstPhraseMs, look: 'phrase' });
  }
  if (firstAudibleMs !== null) {
    marks.push({ name: 'First sound of the answer', atMs: firstAudibleMs, look: 'audible' });
  }
  return marks;
}

/** Zero, and multiples of the smallest of 1, 2, 5, 10, ... that leaves room for their words. */
function toTicks(startMs: number, endMs: number): number[] {
  let stepMs = 1;
  for (let turn = 0; (endMs - startMs) / stepMs > MAX_TICKS; turn += 1) {
    stepMs *= turn % 3 === 1 ? 2.5 : 2;
  }
  const first = Math.ceil(startMs / stepMs);
  const count = Math.floor(endMs / stepMs) - first + 1;
  return Array.from({ length: count }, (_, index) => (first + index) * stepMs);
}
