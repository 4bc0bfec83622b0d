// The turns of a run: marks from the agent, sounds from the recording. Pure, in Node.
import type {
  EndOfTurnLook,
  TurnContextMarks,
  TurnMarks,
  TurnMetrics,
  VoiceAgentEvent,
} from '../../src/index.ts';
import { findSharedOpenings, isOnly, openingOf } from './openings.ts';
import type { ReportClip, ReportPlayed, ReportTurn } from './schema.ts';
import type { Timeline } from './timeline.ts';

/** The agent's idea of where speech lies may differ from the clip's this much. */
const SPEECH_TOLERANCE_MS = 300;

export interface TurnSources {
  readonly events: readonly VoiceAgentEvent[];
  readonly timeline: Timeline;
  readonly clips: readonly ReportClip[];
  readonly played: readonly ReportPlayed[];
}

/** A turn that was committed or answered, with when the person spoke in it. */
export interface FoundTurn {
  readonly report: ReportTurn;
  /** Whether the person spoke: a typed turn and a greeting have no speech. */
  readonly isSpoken: boolean;
}

export function findTurns(sources: TurnSources): FoundTurn[] {
  const byTurn = new Map<string, VoiceAgentEvent[]>();
  for (const event of sources.events) {
    if (event.turnId === null) continue;
    const own = byTurn.get(event.turnId) ?? [];
    byTurn.set(event.turnId, own);
    own.push(event);
  }
  const shared = findSharedOpenings(answersOf(sources.played).map(({ text }) => text ?? ''));
  return [...byTurn]
    .filter(([, own]) => own.some(isCommitting))
    .map(([turnId, own]) => buildTurn({ turnId, own, shared }, sources));
}

/** The part of a reply that can answer: neither a filler nor from the phrase cache. */
export function answersOf(played: readonly ReportPlayed[]): ReportPlayed[] {
  return played.filter(({ kind, cached }) => kind === 'answer' && !cached);
}

function isCommitting(event: VoiceAgentEvent): boolean {
  return (
    event.type === 'transcript-final' ||
    event.type === 'reply-start' ||
    event.type === 'metrics' ||
    (event.type === 'user-speech-end' && !event.isMisfire)
  );
}

/** When the turn was taken, by the event that says so: one overtaken before its reply has no metrics. */
function findCommit(own: readonly VoiceAgentEvent[], timeline: Timeline): number | null {
  const end = own.find((event) => event.type === 'user-speech-end' && !event.isMisfire);
  return timeline.fromEvent(end?.atMs ?? null);
}

function buildTurn(
  found: { turnId: string; own: readonly VoiceAgentEvent[]; shared: ReadonlySet<string> },
  { timeline, clips, played }: TurnSources,
): FoundTurn {
  const { turnId, own } = found;
  const metrics = own.findLast((event) => event.type === 'metrics')?.metrics ?? null;
  const told = toMarks(metrics?.marks ?? null, metrics?.contextMarks ?? null, timeline);
  const committedMs = findCommit(own, timeline);
  const marks = {
    ...told,
    decisionMs: told.decisionMs ?? committedMs,
    decisionTakenMs: told.decisionTakenMs ?? committedMs,
  };
  const speech = speechOf(own, timeline, marks.speechEndMs);
  const clipIds = clipsWithin(clips, speech);
  const ownPlayed = played.filter((each) => each.turnId === turnId);
  const firstAnswerMs = findFirstAnswer(ownPlayed, found.shared);
  const replyEnd = own.findLast((event) => event.type === 'reply-end' && event.kind === 'answer');
  const reply = replyEnd?.type === 'reply-end' ? replyEnd : null;
  return {
    isSpoken: speech !== null,
    report: {
      turnId,
      clipIds,
      transcript: own.findLast((event) => event.type === 'transcript-final')?.text ?? null,
      partials: own
        .filter((event) => event.type === 'transcript-partial')
        .flatMap(({ atMs, text }) => {
          const at = timeline.fromEvent(atMs);
          return at === null ? [] : [{ atMs: at, text }];
        }),
      generatedText: reply?.generatedText ?? null,
      heardText: reply?.heardText ?? null,
      interrupted: reply?.isInterrupted ?? false,
      marks,
      firstSoundMs: ownPlayed[0]?.startMs ?? null,
      firstAnswerMs,
      voiceToVoiceMs: toVoiceToVoice(firstAnswerMs, clips, clipIds),
      endOfTurn: (metrics?.endOfTurn ?? []).flatMap((look) => toLook(look, timeline)),
      speculation: metrics === null ? null : toSpeculation(metrics.speculation),
    },
  };
}

function toLook(look: EndOfTurnLook, timeline: Timeline): ReportTurn['endOfTurn'] {
  const askedMs = timeline.fromEvent(look.askedMs);
  if (askedMs === null) return [];
  return [{ ...look, askedMs, answeredMs: timeline.fromEvent(look.answeredMs) }];
}

function toSpeculation({
  started,
  used,
  dropped,
}: TurnMetrics['speculation']): ReportTurn['speculation'] {
  return { started, used, dropped };
}

/** The audio clock where the agent has it, else the event clock. */
function toMarks(
  marks: Readonly<TurnMarks> | null,
  context: Readonly<TurnContextMarks> | null,
  timeline: Timeline,
): ReportTurn['marks'] {
  const exact = (contextMs: number | null | undefined, eventMs: number | null | undefined) =>
    timeline.fromContext(contextMs ?? null) ?? timeline.fromEvent(eventMs ?? null);
  return {
    speechEndMs: exact(context?.speechEndMs, marks?.speechEndMs),
    eagerMs: exact(context?.eagerMs, marks?.eagerMs),
    decisionMs: exact(context?.decisionMs, marks?.decisionMs),
    decisionTakenMs: exact(context?.decisionTakenMs, marks?.decisionMs),
    sttFinalMs: timeline.fromEvent(marks?.sttFinalMs ?? null),
    llmFirstTokenMs: timeline.fromEvent(marks?.llmFirstTokenMs ?? null),
    firstClauseMs: timeline.fromEvent(marks?.firstClauseMs ?? null),
    firstPcmMs: timeline.fromEvent(marks?.firstPcmMs ?? null),
  };
}

interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** From the first speech start to the last speech end of the turn; null when nobody spoke. */
function speechOf(
  own: readonly VoiceAgentEvent[],
  timeline: Timeline,
  speechEndMs: number | null,
): Stretch | null {
  const edges = own
    .filter((event) => event.type === 'user-speech-start' || event.type === 'user-speech-end')
    .map((event) => timeline.fromContext(event.contextMs));
  if (speechEndMs !== null) edges.push(speechEndMs);
  if (edges.length === 0) return null;
  return { fromMs: Math.min(...edges), toMs: Math.max(...edges) };
}

function clipsWithin(clips: readonly ReportClip[], speech: Stretch | null): string[] {
  if (speech === null) return [];
  const isWithin = ([startMs, endMs]: readonly [number, number]): boolean =>
    startMs < speech.toMs + SPEECH_TOLERANCE_MS && endMs > speech.fromMs - SPEECH_TOLERANCE_MS;
  return clips.filter((clip) => clip.speechSpansMs.some(isWithin)).map(({ id }) => id);
}

/** Null when the answer hides behind a shared opening whose end the recording does not show. */
function findFirstAnswer(
  ownPlayed: readonly ReportPlayed[],
  shared: ReadonlySet<string>,
): number | null {
  for (const { text, startMs } of answersOf(ownPlayed)) {
    const opening = openingOf(text ?? '');
    if (!shared.has(opening)) return startMs;
    if (!isOnly(text ?? '', opening)) return null;
  }
  return null;
}

function toVoiceToVoice(
  firstAnswerMs: number | null,
  clips: readonly ReportClip[],
  clipIds: readonly string[],
): number | null {
  const ends = clips
    .filter(({ id }) => clipIds.includes(id))
    .flatMap(({ speechSpansMs }) => speechSpansMs.map(([, endMs]) => endMs));
  if (firstAnswerMs === null || ends.length === 0) return null;
  return firstAnswerMs - Math.max(...ends);
}
