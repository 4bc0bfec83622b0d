// Spans of turns for OpenTelemetry, made after the fact from their metrics. Knows the shape of
// `@opentelemetry/api` and does not import it. Portable.
import type { TurnMetrics } from '../agent/metrics.ts';
import type { MetricsSource } from './metrics-exporter-api.ts';
import { toTurnTimeline } from './turn-timeline.ts';
import type { TurnTimeline } from './turn-timeline.ts';

/** Seconds and nanoseconds since 1970: the one form of time that OpenTelemetry never takes for another. */
export type SpanTime = [seconds: number, nanoseconds: number];

export type SpanAttributes = Record<string, string | number | boolean>;

export interface TurnSpan {
  addEvent(name: string, attributes: SpanAttributes, time: SpanTime): unknown;
  end(time: SpanTime): void;
}

export interface TurnTracer<Context, Span extends TurnSpan> {
  startSpan(
    name: string,
    options: { kind: 0 | 2; startTime: SpanTime; attributes: SpanAttributes },
    context: Context,
  ): Span;
}

/** What is used of `@opentelemetry/api`. */
export interface TracingApi<Context, Span extends TurnSpan> {
  readonly context: { active(): Context };
  readonly trace: {
    getTracer(name: string): TurnTracer<Context, Span>;
    setSpan(context: Context, span: Span): Context;
  };
}

export interface TurnTracingOptions<Context, Span extends TurnSpan> {
  /** A voice agent. */
  readonly source: MetricsSource;
  /** The module `@opentelemetry/api`. */
  readonly api: TracingApi<Context, Span>;
  /** Default: that of the registered provider, named `parley-voice`. */
  readonly tracer?: TurnTracer<Context, Span>;
  /** Put on every span, for example `gen_ai.conversation.id`. */
  readonly attributes?: SpanAttributes;
}

/** `SpanKind` of the API. */
const INTERNAL = 0;
const CLIENT = 2;

/**
 * From now on each turn, once its reply is over, becomes a span `turn` from the person's last word to the reply's end, with a
 * child for each stage, for work begun ahead, and for the language model (`chat`). Nothing anybody said is in them.
 * Returns the detach.
 */
export function attachTurnTracing<Context, Span extends TurnSpan>(
  options: TurnTracingOptions<Context, Span>,
): () => void {
  const { source, api } = options;
  const tracer = options.tracer ?? api.trace.getTracer('parley-voice');
  return source.on('metrics', ({ metrics }) => {
    const timeline = toTurnTimeline(metrics);
    if (timeline === null) return;
    const span = (given: Given, context: Context): Span =>
      tracer.startSpan(
        given.name,
        {
          kind: given.kind ?? INTERNAL,
          startTime: toSpanTime(given.startMs),
          attributes: { ...options.attributes, ...given.attributes },
        },
        context,
      );
    const turn = toTurnSpan(metrics, timeline);
    const root = span(turn, api.context.active());
    const inTurn = api.trace.setSpan(api.context.active(), root);
    for (const child of toChildren(metrics, timeline)) {
      span(child, inTurn).end(toSpanTime(child.endMs));
    }
    for (const [name, mark] of EVENTS) {
      const atMs = metrics.marks[mark];
      if (atMs !== null) root.addEvent(name, {}, toSpanTime(atMs));
    }
    root.end(toSpanTime(turn.endMs));
  });
}

const EVENTS = [
  ['decision', 'decisionMs'],
  ['first_phrase', 'firstPhraseMs'],
  ['first_audible', 'firstAudibleMs'],
] as const;

/** A span on the event clock. */
interface Given {
  readonly name: string;
  readonly kind?: typeof CLIENT;
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes?: SpanAttributes;
}

function toTurnSpan(metrics: TurnMetrics, timeline: TurnTimeline): Given {
  const { llm, speculation } = metrics;
  const { originMs } = timeline;
  return {
    name: 'turn',
    startMs: originMs,
    endMs: metrics.marks.replyEndMs ?? originMs,
    attributes: known({
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.provider.name': llm.engine,
      'parley.turn.id': metrics.turnId,
      'parley.turn.is_spoken': timeline.isSpoken,
      'parley.turn.completion': metrics.completion.both,
      'parley.turn.response_ms': timeline.firstAudibleMs,
      'parley.reply.characters': metrics.replyCharacters,
      'parley.reply.is_interrupted': metrics.isInterrupted,
      'parley.reply.underruns': metrics.audio.underruns,
      'parley.capture.lost_ms': metrics.audio.lostMs,
      'parley.speculation.started': speculation.started,
      'parley.speculation.dropped': speculation.dropped,
      'parley.speculation.dropped_tokens': speculation.droppedTokens,
      'parley.speculation.dropped_speech_ms': speculation.droppedSpeechMs,
    }),
  };
}

function toChildren(metrics: TurnMetrics, { originMs, stages, attempts }: TurnTimeline): Given[] {
  const ofStages = stages.map(({ stage, startMs, endMs }) => ({
    name: stage,
    startMs: originMs + startMs,
    endMs: originMs + endMs,
  }));
  // Those dropped before the last word are counted on the turn.
  const ofAttempts = attempts
    .filter(({ startedMs }) => startedMs >= 0)
    .map(({ startedMs, endedMs, outcome }) => ({
      name: 'speculation',
      startMs: originMs + startedMs,
      endMs: originMs + (endedMs ?? startedMs),
      attributes: { 'parley.speculation.outcome': outcome },
    }));
  return [...ofStages, ...ofAttempts, ...toChat(metrics)];
}

/** All calls of the language model for this reply, as one, by the conventions for generative AI. */
function toChat({ llm, marks }: TurnMetrics): Given[] {
  const { llmStartMs, llmFirstTokenMs } = marks;
  const endMs = marks.llmEndMs ?? marks.replyEndMs;
  if (llmStartMs === null || endMs === null) return [];
  const firstChunkSeconds =
    llmFirstTokenMs === null ? null : (llmFirstTokenMs - llmStartMs) / 1_000;
  const attributes = known({
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': llm.engine,
    'gen_ai.request.model': llm.model,
    'gen_ai.usage.output_tokens': llm.completionTokens,
    'gen_ai.response.time_to_first_chunk': firstChunkSeconds,
    'parley.llm.evaluated_tokens': llm.promptTokens,
  });
  const name = llm.model === null ? 'chat' : `chat ${llm.model}`;
  return [{ name, kind: CLIENT, startMs: llmStartMs, endMs, attributes }];
}

function known(
  attributes: Readonly<Record<string, SpanAttributes[string] | null>>,
): SpanAttributes {
  const entries = Object.entries(attributes);
  return Object.fromEntries(
    entries.filter((entry): entry is [string, SpanAttributes[string]] => entry[1] !== null),
  );
}

function toSpanTime(atMs: number): SpanTime {
  const seconds = Math.floor(atMs / 1_000);
  return [seconds, Math.floor((atMs - seconds * 1_000) * 1e6)];
}
