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
  const firstOf = (...types: VoiceAgentEvent['type'][]): number | null => {
    const times = sources.events
      .filter(({ type }) => types.includes(type))
      .map((event) =>
        'contextMs' in event ? sources.timeline.fromContext(event.contextMs) : null,
      );
    return times.find((atMs) => atMs !== null && atMs >= onsetMs && atMs < untilMs) ?? null;
  };
  const cutMs = firstOf('interruption');
  const holdMs = firstOf('playback-hold');
  const resumeMs = cutMs === null ? firstOf('playback-resume') : null;
  const backchannel = sources.events.some((event) => {
    const atMs = event.type === 'backchannel' ? sources.timeline.fromEvent(event.atMs) : null;
    return atMs !== null && atMs >= onsetMs && atMs < untilMs;
  });
  return {
    clipId: clip.id,
    onsetMs,
    duckMs: null,
    holdMs,
    cutMs,
    silenceMs: findSilence({ onsetMs, over, cutMs, resumeMs }, sources.right),
    resumedMs: resumeMs === null ? null : sources.right.firstAfter(resumeMs, over.endMs),
    resumeGapSamples: null,
    kind: toKind({ isCut: cutMs !== null, isResumed: resumeMs !== null, backchannel }),
  };
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
