// The report of a conversation, schema 1: its type and its check. Pure, in Node.
import * as v from 'valibot';

const ms = v.number();
const nullableMs = v.nullable(ms);
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const span = v.tuple([ms, ms]);

const engine = v.nullable(
  v.strictObject({
    name: v.string(),
    modelIds: v.array(v.string()),
    backend: v.picklist(['wasm', 'webgpu', 'js', 'remote']),
    threads: count,
  }),
);

const clip = v.strictObject({
  id: v.string(),
  kind: v.picklist(['speech', 'backchannel', 'noise']),
  /** Null when it was not played, or not found in the recording. */
  startMs: nullableMs,
  endMs: nullableMs,
  speechSpansMs: v.array(span),
});

const turn = v.strictObject({
  turnId: v.string(),
  clipIds: v.array(v.string()),
  transcript: v.nullable(v.string()),
  partials: v.array(v.strictObject({ atMs: ms, text: v.string() })),
  generatedText: v.nullable(v.string()),
  /** By the play cursor at the final node. */
  heardText: v.nullable(v.string()),
  interrupted: v.boolean(),
  marks: v.strictObject({
    speechEndMs: nullableMs,
    eagerMs: nullableMs,
    /** End of the last window that the decision is based on: says whether it cut somebody off. */
    decisionMs: nullableMs,
    /** When it was taken: later than that where an answer came between two windows. */
    decisionTakenMs: nullableMs,
    sttFinalMs: nullableMs,
    llmFirstTokenMs: nullableMs,
    firstClauseMs: nullableMs,
    firstPcmMs: nullableMs,
  }),
  firstSoundMs: nullableMs,
  firstAnswerMs: nullableMs,
  /** A length. Below zero when the agent answered before the clip had ended. */
  voiceToVoiceMs: nullableMs,
  /** Questions to the end-of-turn model. */
  endOfTurn: v.array(
    v.strictObject({ askedMs: ms, answeredMs: nullableMs, probability: v.nullable(v.number()) }),
  ),
  speculation: v.nullable(v.strictObject({ started: count, used: count, dropped: count })),
});

const played = v.strictObject({
  turnId: v.nullable(v.string()),
  generation: v.number(),
  kind: v.picklist(['answer', 'acknowledgement', 'progress', 'prompt', 'earcon']),
  text: v.nullable(v.string()),
  startMs: ms,
  endMs: ms,
  cached: v.boolean(),
});

const interruption = v.strictObject({
  clipId: v.string(),
  onsetMs: ms,
  duckMs: nullableMs,
  holdMs: nullableMs,
  cutMs: nullableMs,
  /** Null when the agent went on. */
  silenceMs: nullableMs,
  resumedMs: nullableMs,
  resumeGapSamples: v.nullable(v.number()),
  kind: v.picklist(['cut', 'held-resumed', 'backchannel', 'ignored']),
});

const report = v.strictObject({
  schema: v.literal(1),
  commit: v.nullable(v.string()),
  flags: v.array(v.string()),
  /** A length: from the start of the page's navigation to every engine being ready. */
  readyMs: ms,
  isolated: v.boolean(),
  /** Of the runtime that was given the most. */
  threads: count,
  clockErrorMs: nullableMs,
  baseLatencyMs: nullableMs,
  outputLatencyMs: nullableMs,
  engines: v.strictObject({ vad: engine, stt: engine, turn: engine, llm: engine, tts: engine }),
  clips: v.array(clip),
  turns: v.array(turn),
  played: v.array(played),
  interruptions: v.array(interruption),
  /** What the script called, when it did. */
  calls: v.array(
    v.strictObject({
      type: v.picklist(['interrupt', 'sendText', 'mute', 'setMode']),
      atMs: ms,
      /** Of an `interrupt` over a sounding agent: the end of its last loud sample. Null otherwise. */
      silenceMs: nullableMs,
    }),
  ),
  cutOffs: v.array(v.strictObject({ clipId: v.string(), decisionMs: ms })),
  falseTurns: v.array(v.strictObject({ turnId: v.string(), atMs: nullableMs })),
  /** Gaps in replies; null where no turn has metrics. */
  underruns: v.nullable(count),
  /** Turns up to which something of the microphone was captured sooner than it was listened to, and lost. */
  captureDrops: v.nullable(count),
  cost: v.strictObject({
    llmCalls: v.nullable(count),
    llmTokensDropped: v.nullable(count),
    ttsSecondsDropped: v.nullable(v.number()),
    cpuSeconds: v.nullable(v.number()),
  }),
  network: v.array(
    v.strictObject({
      host: v.string(),
      /** `page` and `llm` were allowed; `browser` is Chromium itself, `other` anything a page asked for. */
      kind: v.picklist(['page', 'llm', 'browser', 'other']),
      /** Body bytes received. */
      bytes: count,
      /** Whether no request to it got through. */
      blocked: v.boolean(),
    }),
  ),
  errors: v.array(v.strictObject({ code: v.string(), message: v.string(), atMs: nullableMs })),
});

/** Every `...Ms` is recording time (from the first recorded sample) unless said otherwise. */
export type TalkReport = v.InferOutput<typeof report>;
export type ReportClip = TalkReport['clips'][number];
export type ReportTurn = TalkReport['turns'][number];
export type ReportPlayed = TalkReport['played'][number];
export type ReportInterruption = TalkReport['interruptions'][number];
export type ReportCall = TalkReport['calls'][number];
export type ReportHost = TalkReport['network'][number];

/** Throws a `TypeError` naming the path of the first thing that is no schema 1. */
export function parseReport(value: unknown): TalkReport {
  const result = v.safeParse(report, value);
  if (result.success) return result.output;
  const path = v.getDotPath(result.issues[0]) ?? '';
  throw new TypeError(`report.${path}: ${result.issues[0].message}`);
}
