// What became of each clip of a conversation: by its report, beside timers on the same audio. Pure, Node.
import type { VadWindow } from '../../src/turn/speech-segmenter.ts';
import { REACTION_MS } from '../../talk/report/interruptions.ts';
import type { ReportClip, TalkReport } from '../../talk/report/schema.ts';
import type { TurnClip } from './clips/clip.ts';
import type { PlannedConversation, SuiteKind } from './conversations.ts';
import { replayTimer, scoreDecisions } from './decisions.ts';
import type { DecisionScore } from './decisions.ts';

/** The arms that the agent is compared with. */
export const TIMERS_MS = [200, 500, 800] as const;

/** Of the product: Silero's own thresholds, and its shortest turn. */
const SEGMENTING = { enterThreshold: 0.5, exitThreshold: 0.35, minSpeechMs: 250 };

/** Audio of a clip in the trace: from a little before it to where the next one may begin. */
export const CLIP_MARGIN_MS = { before: 300, after: 2_000 };

interface OfConversation {
  readonly conversation: string;
  readonly condition: string;
}

export interface PauseOutcome extends OfConversation {
  readonly type: 'pause';
  readonly clipId: string;
  readonly origin: string;
  /** Rests of 100 ms and more inside the clip. */
  readonly pauses: number;
  readonly agent: DecisionScore;
  readonly timers: readonly (DecisionScore & { readonly silenceMs: number })[];
}

export interface OverlapOutcome extends OfConversation {
  readonly type: 'overlap';
  readonly set: TurnClip['set'];
  readonly clipId: string;
  readonly origin: string;
  /** `unplayed`: its cue never came, or the agent had fallen silent: it says nothing of the agent. */
  readonly kind: TalkReport['interruptions'][number]['kind'] | 'unplayed';
  /** Lengths from the first sample of the clip; null where it did not happen or cannot be told. */
  readonly duckMs: number | null;
  readonly silenceMs: number | null;
  /** Length of the silence of a hold that was let go on. */
  readonly heldMs: number | null;
  readonly resumeGapSamples: number | null;
}

export interface CallOutcome extends OfConversation {
  readonly type: 'call';
  /** From the call to the last sample of the agent; null when it was silent already. */
  readonly silenceMs: number | null;
}

export interface EchoOutcome extends OfConversation {
  readonly type: 'echo';
  readonly selfAnswers: number;
  readonly selfInterruptions: number;
  /** How long the agent was heard. */
  readonly spokenMs: number;
}

export type Outcome = PauseOutcome | OverlapOutcome | CallOutcome | EchoOutcome;

export function toOutcomes(
  plan: PlannedConversation,
  report: TalkReport,
  trace: readonly VadWindow[],
): Outcome[] {
  const of: OfConversation = { conversation: plan.id, condition: conditionOf(plan) };
  const clips = plan.clips.map((clip): Outcome => {
    const found = report.clips.find(({ id }) => id === clip.id);
    return clip.set === 'pause'
      ? { ...of, ...toPause(clip, report, { found, trace }) }
      : { ...of, ...toOverlap(clip, report) };
  });
  const calls = report.calls.flatMap(({ type, atMs, silenceMs }): Outcome[] =>
    type === 'interrupt' ? [{ ...of, type: 'call', silenceMs: minus(silenceMs, atMs) }] : [],
  );
  return [...clips, ...calls, ...(hasEcho(plan) ? [{ ...of, ...toEcho(report) }] : [])];
}

const CONDITIONS: Readonly<Partial<Record<SuiteKind, string>>> = {
  blocked: 'main thread blocked',
  hidden: 'hidden tab',
  aec: 'room, browser AEC',
};

function conditionOf({ kind, echo }: PlannedConversation): string {
  if (echo !== null) return `echo ${echo.gainDb} dB`;
  return CONDITIONS[kind] ?? 'normal';
}

function hasEcho({ echo, kind }: PlannedConversation): boolean {
  return echo !== null || kind === 'aec';
}

function toPause(
  clip: TurnClip,
  report: TalkReport,
  heard: { found: ReportClip | undefined; trace: readonly VadWindow[] },
): Omit<PauseOutcome, keyof OfConversation> {
  const { found, trace } = heard;
  const endMs = found?.speechSpansMs.at(-1)?.[1] ?? 0;
  const decisions = report.turns
    .filter(({ clipIds }) => clipIds.includes(clip.id))
    .flatMap(({ marks: { decisionMs, decisionTakenMs } }) =>
      decisionMs === null
        ? []
        : [{ basedOnMs: decisionMs, takenMs: Math.max(decisionMs, decisionTakenMs ?? decisionMs) }],
    );
  const fromMs = (found?.startMs ?? 0) - CLIP_MARGIN_MS.before;
  const untilMs = endMs + CLIP_MARGIN_MS.after;
  const windows = trace.filter((window) => window.startMs >= fromMs && window.endMs <= untilMs);
  return {
    type: 'pause',
    clipId: clip.id,
    origin: clip.origin,
    pauses: clip.speechSpansMs.length - 1,
    agent: scoreDecisions(decisions, endMs),
    timers: TIMERS_MS.map((silenceMs) => ({
      ...{ silenceMs },
      ...scoreDecisions(replayTimer(windows, { ...SEGMENTING, silenceMs }), endMs),
    })),
  };
}

function toOverlap(clip: TurnClip, report: TalkReport): Omit<OverlapOutcome, keyof OfConversation> {
  const found = report.interruptions.find(({ clipId }) => clipId === clip.id);
  const { onsetMs = 0, resumedMs = null, silenceMs = null } = found ?? {};
  return {
    type: 'overlap',
    set: clip.set,
    clipId: clip.id,
    origin: clip.origin,
    kind: found?.kind ?? 'unplayed',
    duckMs: minus(found?.duckMs ?? null, onsetMs),
    silenceMs: minus(silenceMs, onsetMs),
    heldMs: silenceMs === null ? null : minus(resumedMs, silenceMs),
    resumeGapSamples: found?.resumeGapSamples ?? null,
  };
}

function toEcho(report: TalkReport): Omit<EchoOutcome, keyof OfConversation> {
  const cut = report.turns.filter(({ interrupted }) => interrupted);
  return {
    type: 'echo',
    selfAnswers: report.falseTurns.length,
    selfInterruptions: cut.filter(({ turnId }) => !isCutByPerson(turnId, report)).length,
    spokenMs: report.played.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0),
  };
}

/** Whether somebody spoke when the reply ended, or had until a moment before: also one whose turn was ended too early. */
function isCutByPerson(replyId: string, { played, clips }: TalkReport): boolean {
  const endMs = Math.max(
    ...played.filter(({ turnId }) => turnId === replyId).map((span) => span.endMs),
  );
  return clips.some(
    (clip) => endMs >= (clip.startMs ?? Infinity) && endMs <= (clip.endMs ?? 0) + REACTION_MS,
  );
}

function minus(toMs: number | null, fromMs: number): number | null {
  return toMs === null ? null : toMs - fromMs;
}
