// What the script called and how soon the agent obeyed, by the recording. Pure, in Node.
import type { RawCue } from '../page/raw-run.ts';
import type { ReportCall, ReportPlayed } from './schema.ts';
import type { Timeline } from './timeline.ts';

const TYPES: readonly ReportCall['type'][] = ['interrupt', 'sendText', 'mute', 'setMode'];

export function findCalls(sources: {
  readonly cues: readonly RawCue[];
  readonly played: readonly ReportPlayed[];
  readonly timeline: Timeline;
}): ReportCall[] {
  return sources.cues.flatMap(({ kind, what, contextMs }): ReportCall[] => {
    const type = TYPES.find((each) => each === what);
    if (kind !== 'call' || type === undefined) return [];
    const atMs = sources.timeline.fromContext(contextMs);
    const over = sources.played.find(({ startMs, endMs }) => startMs < atMs && atMs < endMs);
    return [{ type, atMs, silenceMs: type === 'interrupt' ? (over?.endMs ?? null) : null }];
  });
}
