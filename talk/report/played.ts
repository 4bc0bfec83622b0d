// What was heard from the agent, and when: its events say what it was, the recording says when. Pure, Node.
import type { VoiceAgentEvent, VoiceAgentEventOf } from '../../src/index.ts';
import type { Loudness } from './loudness.ts';
import type { ReportPlayed } from './schema.ts';
import type { Timeline } from './timeline.ts';

/** Resampling and fades move the edges of sound this much around what the play cursor says. */
const EDGE_MS = 50;

type AudioStart = VoiceAgentEventOf<'reply-audio-start'>;

/** In playing order. A generation of which no loud sample was recorded was not heard, and is left out. */
export function findPlayed(
  events: readonly VoiceAgentEvent[],
  timeline: Timeline,
  right: Loudness,
): ReportPlayed[] {
  const starts = events
    .filter((event) => event.type === 'reply-audio-start')
    .sort((a, b) => a.contextMs - b.contextMs);
  return starts.flatMap((start, index) => {
    const end = findEnd(events, start);
    const nextMs = timeline.fromContext(starts[index + 1]?.contextMs ?? null) ?? Infinity;
    const ownEndMs = timeline.fromContext(end?.contextMs ?? null) ?? Infinity;
    const fromMs = timeline.fromContext(start.contextMs) - (index === 0 ? EDGE_MS : 0);
    const untilMs = Math.min(nextMs, ownEndMs + EDGE_MS, right.lengthMs);
    const startMs = right.firstAfter(fromMs, untilMs);
    const endMs = right.lastBefore(untilMs, fromMs);
    if (startMs === null || endMs === null) return [];
    const { turnId, generation, kind, isCached } = start;
    const text = end?.text ?? findHeardText(events, start);
    return [{ turnId, generation, kind, text, startMs, endMs, cached: isCached }];
  });
}

function findEnd(
  events: readonly VoiceAgentEvent[],
  start: AudioStart,
): VoiceAgentEventOf<'reply-audio-end'> | undefined {
  return events
    .filter((event) => event.type === 'reply-audio-end')
    .find((event) => event.generation === start.generation && event.kind === start.kind);
}

function findHeardText(events: readonly VoiceAgentEvent[], start: AudioStart): string | null {
  const ends = events.filter((event) => event.type === 'reply-end');
  return ends.find(({ generation }) => generation === start.generation)?.heardText ?? null;
}
