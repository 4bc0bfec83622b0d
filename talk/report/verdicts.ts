// What went wrong in a conversation: cut-offs, false turns, clips without an answer. Pure, in Node.
import type { ReportClip, ReportTurn, TalkReport } from './schema.ts';
import { answersOf } from './turns.ts';
import type { FoundTurn } from './turns.ts';

export const EXIT_CODES = { answered: 0, unanswered: 2, neverReady: 3, badInput: 4 } as const;
export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES];

/** Decisions taken while the person had not finished the clip. */
export function findCutOffs(
  turns: readonly ReportTurn[],
  clips: readonly ReportClip[],
): TalkReport['cutOffs'] {
  return turns.flatMap(({ clipIds, marks: { decisionMs } }) =>
    clips
      .filter(({ id, kind }) => kind === 'speech' && clipIds.includes(id))
      .filter(({ speechSpansMs }) => {
        const endMs = speechSpansMs.at(-1)?.[1];
        return decisionMs !== null && endMs !== undefined && decisionMs < endMs;
      })
      .map(({ id }) => ({ clipId: id, decisionMs: decisionMs ?? 0 })),
  );
}

/** Turns in which the agent took something else for a person's words. */
export function findFalseTurns(
  turns: readonly FoundTurn[],
  clips: readonly ReportClip[],
): TalkReport['falseTurns'] {
  const speech = new Set(clips.filter(({ kind }) => kind === 'speech').map(({ id }) => id));
  return turns
    .filter(({ isSpoken, report }) => isSpoken && !report.clipIds.some((id) => speech.has(id)))
    .map(({ report: { turnId, marks } }) => ({
      turnId,
      atMs: marks.decisionMs ?? marks.speechEndMs,
    }));
}

/** Answered: an answer of a turn with this clip was heard after the clip had begun. */
export function isAnswered(
  clip: ReportClip,
  report: Pick<TalkReport, 'turns' | 'played'>,
): boolean {
  const turnIds = report.turns
    .filter(({ clipIds }) => clipIds.includes(clip.id))
    .map(({ turnId }) => turnId);
  return answersOf(report.played).some(
    ({ turnId, startMs }) =>
      turnId !== null && turnIds.includes(turnId) && startMs > (clip.startMs ?? Infinity),
  );
}

export function exitCodeOf(report: Pick<TalkReport, 'clips' | 'turns' | 'played'>): ExitCode {
  const speech = report.clips.filter(({ kind }) => kind === 'speech');
  return speech.every((clip) => isAnswered(clip, report))
    ? EXIT_CODES.answered
    : EXIT_CODES.unanswered;
}
