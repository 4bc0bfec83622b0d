// What a conversation's report says of voice to voice, clip by clip. Pure, Node.
import type { ReportClip, TalkReport } from '../../talk/report/schema.ts';
import { answersOf } from '../../talk/report/turns.ts';
import { STUB_MS } from '../workers/stub-times.ts';

export interface V2vFigures {
  /** From the clip's last loud sample to the answer's first; null for a clip that was not answered. */
  readonly answerMs: (number | null)[];
  /** The same to the agent's first sound of any kind. */
  readonly soundMs: (number | null)[];
  /** What is left of `answerMs` beside waiting and engines of fixed delays. */
  readonly overheadMs: (number | null)[];
  /** The same to the acknowledgement, where there was one. */
  readonly acknowledgementMs: number[];
  /** 1 for a clip after which there was one, else 0; the warm-up included: that is what the agent goes by. */
  readonly acknowledged: number[];
  /** Clips that were answered before they had ended; no figure has them. */
  readonly cutOffs: number;
  /** Of all processes of the browser, for a turn: from a question to the next, what is played and the rests included. */
  readonly processorMs: number | null;
  /** Answers begun before the decision, clip by clip; null where the agent tells no figures. */
  readonly begunAhead: (number | null)[];
  /** Those of them that were not used. */
  readonly dropped: (number | null)[];
}

/** @param warmUps clips at the start that are not counted. */
export function toV2vFigures(report: TalkReport, { warmUps }: { warmUps: number }): V2vFigures {
  const counted = report.clips.slice(warmUps);
  const isCut = ({ id }: ReportClip): boolean => report.cutOffs.some(({ clipId }) => clipId === id);
  const whole = counted.filter((clip) => !isCut(clip));
  const answers = answersOf(report.played);
  const acknowledgements = report.played.filter(({ kind }) => kind === 'acknowledgement');
  const delays = whole.map((clip) => delayOf(clip, report, acknowledgements));
  return {
    answerMs: whole.map((clip) => delayOf(clip, report, answers)),
    soundMs: whole.map((clip) => delayOf(clip, report, report.played)),
    overheadMs: whole.map((clip) => overheadOf(clip, report, delayOf(clip, report, answers))),
    acknowledgementMs: delays.filter((delayMs) => delayMs !== null),
    acknowledged: report.clips.map((clip) =>
      delayOf(clip, report, acknowledgements) === null ? 0 : 1,
    ),
    cutOffs: counted.length - whole.length,
    ...toCost(counted, report),
  };
}

function toCost(
  counted: readonly ReportClip[],
  { clips, turns, cost: { cpuSeconds } }: TalkReport,
): Pick<V2vFigures, 'processorMs' | 'begunAhead' | 'dropped'> {
  const sumOf = (clip: ReportClip, of: 'started' | 'dropped'): number | null => {
    const own = turns.filter(({ clipIds }) => clipIds.includes(clip.id));
    const told = own.flatMap(({ speculation }) => speculation ?? []);
    return told.length === 0 ? null : told.reduce((sum, each) => sum + each[of], 0);
  };
  return {
    processorMs: cpuSeconds === null ? null : (cpuSeconds * 1_000) / clips.length,
    begunAhead: counted.map((clip) => sumOf(clip, 'started')),
    dropped: counted.map((clip) => sumOf(clip, 'dropped')),
  };
}

/** To the first of the spans that begins after the clip and before the next one. */
function delayOf(
  clip: ReportClip,
  { clips }: TalkReport,
  spans: TalkReport['played'],
): number | null {
  const endMs = clip.speechSpansMs.at(-1)?.[1];
  if (endMs === undefined) return null;
  const nextMs = clips[clips.indexOf(clip) + 1]?.startMs ?? Infinity;
  const found = spans.find(({ startMs }) => startMs >= endMs && startMs < nextMs);
  return found === undefined ? null : found.startMs - endMs;
}

/** Work can begin at the eager point, or else at the decision; nothing is heard before the decision. */
function overheadOf(
  clip: ReportClip,
  { turns }: TalkReport,
  answerMs: number | null,
): number | null {
  const endMs = clip.speechSpansMs.at(-1)?.[1];
  const marks = turns.find(({ clipIds }) => clipIds.includes(clip.id))?.marks;
  const decidedMs = marks?.decisionTakenMs ?? null;
  if (answerMs === null || endMs === undefined || decidedMs === null) return null;
  const begunMs = Math.min(marks?.eagerMs ?? decidedMs, decidedMs);
  const soonestMs = Math.max(decidedMs, begunMs + STUB_MS.stt + STUB_MS.llm + STUB_MS.tts);
  return answerMs - (soonestMs - endMs);
}
