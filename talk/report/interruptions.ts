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
export const REACTION_MS = 2_500;

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
  const resume = firstOf('playback-resume');
  const silenceMs = findSilence({ onsetMs, over, cutMs, hold, resume }, sources.right);
  const isResumed = cutMs === null && resume !== null;
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
    silenceMs,
    resumedMs: isResumed ? findResume(resume, over, sources.right) : null,
    resumeGapSamples: isResumed ? findGap(hold, resume, sources.right) : null,
    kind: toKind({ isCut: cutMs !== null, isResumed, backchannel }),
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
    // What a call or typed words cut off is no effect of the clip.
    if (event.type === 'interruption' && event.by !== 'speech') return [];
    const atMs = sources.timeline.fromContext(contextMs);
    return [{ atMs, playedSamples: typeof playedSamples === 'number' ? playedSamples : null }];
  });
}

/** What the player tells comes at its next report: the sound itself changed up to this much before. */
const REPORT_LAG_MS = 60;

/**
 * The last loud sample before the first silence that the clip brought about; null when there was
 * none, or the agent was between two sentences anyway.
 */
function findSilence(
  found: {
    onsetMs: number;
    over: ReportPlayed;
    cutMs: number | null;
    hold: PlaybackMark | null;
    resume: PlaybackMark | null;
  },
  right: Loudness,
): number | null {
  const { onsetMs, over, cutMs, hold, resume } = found;
  if (hold === null) return cutMs === null ? null : right.lastBefore(over.endMs, onsetMs);
  const resumedMs = (resume?.atMs ?? Infinity) - REPORT_LAG_MS;
  return right.lastBefore(Math.min(hold.atMs + REPORT_LAG_MS, resumedMs), onsetMs);
}

function findResume(resume: PlaybackMark, over: ReportPlayed, right: Loudness): number | null {
  return right.firstAfter(resume.atMs - REPORT_LAG_MS, over.endMs);
}

/**
 * Samples that were skipped (above 0) or said twice (below) between hold and resume. A hold is told
 * with the cursor where it stands; a resume with the cursor a little later, when so much was heard
 * again. To about a millisecond, since edges are faded; null when the voice itself was silent there.
 */
function findGap(hold: PlaybackMark | null, resume: PlaybackMark, right: Loudness): number | null {
  if (hold?.playedSamples == null || resume.playedSamples === null) return null;
  const untilMs = resume.atMs + REPORT_LAG_MS;
  const rest = right.digitalSilence(hold.atMs - REPORT_LAG_MS, untilMs);
  if (rest === null) return null;
  const heardAgain = Math.round(right.toSamples(Math.max(0, resume.atMs - rest.endMs)));
  return resume.playedSamples - hold.playedSamples - heardAgain;
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
