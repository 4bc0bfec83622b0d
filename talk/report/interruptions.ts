// What became of the agent's voice when a clip began over it. Pure, in Node.
import type { VoiceAgentEvent } from '../../src/index.ts';
import type { Loudness } from './loudness.ts';
import type { ReportClip, ReportInterruption, ReportPlayed } from './schema.ts';
import type { Timeline } from './timeline.ts';

export interface InterruptionSources {
  readonly events: readonly VoiceAgentEvent[];
  readonly timeline: Timeline;
  readonly clips: readonly ReportClip[];
  readonly played: readonly ReportPlayed[];
  /** The agent's channel. */
  readonly right: Loudness;
}

/** The agent's reaction to a clip is looked for from its onset to this long after its end. */
const REACTION_MS = 2_500;

/** One entry for each clip whose first sound fell inside a reply that was sounding. */
export function findInterruptions(sources: InterruptionSources): ReportInterruption[] {
  return sources.clips.flatMap((clip) => {
    const onsetMs = clip.speechSpansMs[0]?.[0];
    if (onsetMs === undefined) return [];
    const over = sources.played.find(({ startMs, endMs }) => startMs < onsetMs && onsetMs < endMs);
    return over === undefined ? [] : [buildInterruption({ clip, onsetMs, over }, sources)];
  });
}

interface Overlap {
  readonly clip: ReportClip;
  readonly onsetMs: number;
  readonly over: ReportPlayed;
}

function buildInterruption(overlap: Overlap, sources: InterruptionSources): ReportInterruption {
  const { clip, onsetMs, over } = overlap;
  const untilMs = (clip.endMs ?? onsetMs) + REACTION_MS;
  const firstOf = (type: string): PlaybackMark | null =>
    marksOf(sources, type).find(({ atMs }) => atMs >= onsetMs && atMs < untilMs) ?? null;
  const cutMs = firstOf('interruption')?.atMs ?? null;
  const hold = firstOf('playback-hold');
  const resume = cutMs === null ? firstOf('playback-resume') : null;
  const resumeMs = resume?.atMs ?? null;
  const backchannel = sources.events.some((event) => {
    const atMs = event.type === 'backchannel' ? sources.timeline.fromEvent(event.atMs) : null;
    return atMs !== null && atMs >= onsetMs && atMs < untilMs;
  });
  return {
    clipId: clip.id,
    onsetMs,
    duckMs: firstOf('playback-duck')?.atMs ?? null,
    holdMs: hold?.atMs ?? null,
    cutMs,
    silenceMs: findSilence({ onsetMs, over, cutMs, resumeMs }, sources.right),
    resumedMs: resumeMs === null ? null : sources.right.firstAfter(resumeMs, over.endMs),
    resumeGapSamples: toGap(hold, resume),
    kind: toKind({ isCut: cutMs !== null, isResumed: resumeMs !== null, backchannel }),
  };
}

interface PlaybackMark {
  readonly atMs: number;
  /** The play cursor in its generation; null where the event does not tell. */
  readonly playedSamples: number | null;
}

/** By name and shape: an agent that never ducks has no such event, and its marks stay null. */
function marksOf(sources: InterruptionSources, type: string): PlaybackMark[] {
  return sources.events.flatMap((event) => {
    const { contextMs, playedSamples } = event as Readonly<Record<string, unknown>> & typeof event;
    if ((event.type as string) !== type || typeof contextMs !== 'number') return [];
    const atMs = sources.timeline.fromContext(contextMs);
    return [{ atMs, playedSamples: typeof playedSamples === 'number' ? playedSamples : null }];
  });
}

/** Samples that were skipped (above 0) or said twice (below) between hold and resume. */
function toGap(hold: PlaybackMark | null, resume: PlaybackMark | null): number | null {
  const from = hold?.playedSamples ?? null;
  const to = resume?.playedSamples ?? null;
  return from === null || to === null ? null : to - from;
}

/** The last loud sample before the silence that the clip brought about; null when there was none. */
function findSilence(
  found: { onsetMs: number; over: ReportPlayed; cutMs: number | null; resumeMs: number | null },
  right: Loudness,
): number | null {
  const { onsetMs, over, cutMs, resumeMs } = found;
  if (cutMs !== null) return right.lastBefore(over.endMs, onsetMs);
  return resumeMs === null ? null : right.lastBefore(resumeMs, onsetMs);
}

function toKind(found: {
  isCut: boolean;
  isResumed: boolean;
  backchannel: boolean;
}): ReportInterruption['kind'] {
  if (found.isCut) return 'cut';
  if (found.backchannel) return 'backchannel';
  return found.isResumed ? 'held-resumed' : 'ignored';
}
