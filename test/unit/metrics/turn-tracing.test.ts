// Spans of turns, with the real packages of OpenTelemetry.
import * as api from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { expect, test } from 'vitest';
import type { VoiceAgentEventOf } from '../../../src/agent/events.ts';
import type { TurnMetrics } from '../../../src/agent/metrics.ts';
import { attachTurnTracing } from '../../../src/metrics/turn-tracing.ts';
import { turnMetrics } from '../../support/turn-metrics.ts';

/** The end of the person's last word, on the event clock. */
const ORIGIN_MS = 1_760_000_000_123.25;
const at = (afterMs: number) => ORIGIN_MS + afterMs;

function createRig() {
  const finished = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(finished)] });
  let tell: (event: VoiceAgentEventOf<'metrics'>) => void = () => undefined;
  const detach = attachTurnTracing({
    source: {
      on: (_, listener) => {
        tell = listener;
        return () => (tell = () => undefined);
      },
    },
    api,
    tracer: provider.getTracer('test'),
    attributes: { 'gen_ai.conversation.id': 'c7' },
  });
  return {
    detach,
    tell: (metrics: TurnMetrics) =>
      tell({ type: 'metrics', turnId: metrics.turnId, atMs: at(5_000), metrics }),
    spans: () => finished.getFinishedSpans(),
  };
}

const msOf = ([seconds, nanoseconds]: readonly [number, number]): number =>
  Number(
    ((seconds - Math.floor(ORIGIN_MS / 1_000)) * 1_000 + nanoseconds / 1e6 - 123.25).toFixed(2),
  );
const times = ({ name, startTime, endTime }: ReadableSpan) => [
  name,
  msOf(startTime),
  msOf(endTime),
];

const TURN = turnMetrics({
  turnId: 't3',
  replyCharacters: 41,
  llm: {
    ...{ engine: 'llama', model: 'smollm2', promptTokens: 9, completionTokens: 14 },
    ...{ decodeMs: null, calls: 1 },
  },
  marks: {
    speechEndMs: at(0),
    eagerMs: at(100),
    sttFinalMs: at(160),
    llmStartMs: at(161),
    llmFirstTokenMs: at(261),
    firstClauseMs: at(300),
    firstPcmMs: at(350),
    decisionMs: at(500),
    firstAudibleMs: at(520.5),
    llmEndMs: at(700),
    replyEndMs: at(3_000),
  },
  speculation: {
    started: 2,
    used: 1,
    dropped: 1,
    droppedTokens: 6,
    attempts: [
      { startedMs: at(-900), replyStartedMs: null, endedMs: at(-700), outcome: 'dropped' },
      { startedMs: at(100), replyStartedMs: at(161), endedMs: at(500), outcome: 'used' },
    ],
  },
});

test('a turn is one trace: a root from the last word to the end of the reply, and its stages', () => {
  const { tell, spans } = createRig();
  tell(TURN);
  const root = spans().find(({ name }) => name === 'turn')!;
  const children = spans().filter((span) => span !== root);
  expect(times(root)).toEqual(['turn', 0, 3_000]);
  expect(root.parentSpanContext).toBe(undefined);
  expect(children.map(times)).toEqual([
    ['end-of-turn', 0, 500],
    ['transcription', 100, 160],
    ['first-token', 161, 261],
    ['first-clause', 261, 300],
    ['synthesis', 300, 350],
    ['playout', 500, 520.5],
    ['speculation', 100, 500],
    ['chat smollm2', 161, 700],
  ]);
  for (const child of children) {
    expect(child.parentSpanContext?.spanId).toBe(root.spanContext().spanId);
    expect(child.spanContext().traceId).toBe(root.spanContext().traceId);
    expect(child.attributes['gen_ai.conversation.id']).toBe('c7');
  }
  expect(root.events.map(({ name, time }) => [name, msOf(time)])).toEqual([
    ['decision', 500],
    ['first_audible', 520.5],
  ]);
});

test('attributes follow the conventions for generative AI where they fit', () => {
  const { tell, spans } = createRig();
  tell(TURN);
  const chat = spans().find(({ name }) => name === 'chat smollm2')!;
  expect(chat.kind).toBe(api.SpanKind.CLIENT);
  expect(chat.attributes).toEqual({
    'gen_ai.conversation.id': 'c7',
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'llama',
    'gen_ai.request.model': 'smollm2',
    'gen_ai.response.time_to_first_chunk': 0.1,
    'gen_ai.usage.output_tokens': 14,
    'parley.llm.evaluated_tokens': 9,
  });
  const root = spans().find(({ name }) => name === 'turn')!;
  expect(root.kind).toBe(api.SpanKind.INTERNAL);
  expect(root.attributes).toMatchObject({
    'gen_ai.operation.name': 'invoke_agent',
    'parley.turn.id': 't3',
    'parley.turn.is_spoken': true,
    'parley.turn.response_ms': 520.5,
    'parley.reply.is_interrupted': false,
    'parley.reply.underruns': 0,
    'parley.capture.lost_ms': 0,
    'parley.speculation.dropped': 1,
    'parley.speculation.dropped_tokens': 6,
  });
  const speculation = spans().find(({ name }) => name === 'speculation')!;
  expect(speculation.attributes['parley.speculation.outcome']).toBe('used');
});

test('turns are traces of their own, and what is unknown is left out', () => {
  const { tell, spans, detach } = createRig();
  const marks = { decisionMs: at(0), llmStartMs: at(1), replyEndMs: at(50) };
  tell(turnMetrics({ turnId: 'k1', marks, isInterrupted: true }));
  tell(turnMetrics({ turnId: 'k2', marks }));
  tell(turnMetrics({ turnId: 'k3' }));
  expect(spans().map(({ name }) => name)).toEqual(['chat', 'turn', 'chat', 'turn']);
  expect(new Set(spans().map((span) => span.spanContext().traceId)).size).toBe(2);
  expect(Object.keys(spans()[0]!.attributes).sort()).toEqual([
    'gen_ai.conversation.id',
    'gen_ai.operation.name',
  ]);
  detach();
  tell(TURN);
  expect(spans()).toHaveLength(4);
});

test('without a tracer the registered provider’s is taken; without one nothing happens', () => {
  const asked: string[] = [];
  const trace = {
    setSpan: api.trace.setSpan,
    getTracer: (name: string) => {
      asked.push(name);
      return api.trace.getTracer(name);
    },
  };
  let tell: (event: VoiceAgentEventOf<'metrics'>) => void = () => undefined;
  const on = (_: 'metrics', listener: typeof tell) => {
    tell = listener;
    return () => undefined;
  };
  attachTurnTracing({ source: { on }, api: { context: api.context, trace } });
  expect(asked).toEqual(['parley-voice']);
  tell({ type: 'metrics', turnId: 't3', atMs: 0, metrics: TURN });
});
