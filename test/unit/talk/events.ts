// Agent events for the tests of the talk report, on clocks that are easy to read: the event clock is
// the audio clock plus 1,000,000 ms, and the recording starts at context time 200 ms.
import type { TurnMetrics, VoiceAgentEvent } from '../../../src/index.ts';
import { turnMetrics } from '../../support/turn-metrics.ts';
import type { ReportClip } from '../../../talk/report/schema.ts';
import { fitClock } from '../../../talk/report/clock-fit.ts';
import { Timeline } from '../../../talk/report/timeline.ts';

export const START_CONTEXT_MS = 200;
const EVENT_OFFSET_MS = 1_000_000;

/** Recording time to both clocks. */
export const at = (recordingMs: number): { atMs: number; contextMs: number } => {
  const contextMs = recordingMs + START_CONTEXT_MS;
  return { contextMs, atMs: contextMs + EVENT_OFFSET_MS };
};

export const timeline = new Timeline({
  startContextMs: START_CONTEXT_MS,
  fit: fitClock([{ contextMs: 0, eventMs: EVENT_OFFSET_MS }]),
});

export const clip = (
  id: string,
  spans: readonly (readonly [number, number])[],
  kind: ReportClip['kind'] = 'speech',
): ReportClip => ({
  id,
  kind,
  startMs: (spans[0]?.[0] ?? 0) - 100,
  endMs: (spans.at(-1)?.[1] ?? 0) + 100,
  speechSpansMs: spans.map(([start, end]): [number, number] => [start, end]),
});

/** A generation that the play cursor says was played over the span. */
export function reply(
  turnId: string,
  [startMs, endMs]: readonly [number, number],
  change: { generation?: number; text?: string; cached?: boolean; heard?: string } = {},
): VoiceAgentEvent[] {
  const { generation = 1, text = 'Paris is the capital.', cached = false, heard = text } = change;
  const kind = cached ? 'acknowledgement' : 'answer';
  const stamp = { turnId, generation, kind } as const;
  return [
    { ...stamp, type: 'reply-start', atMs: at(startMs - 50).atMs },
    { ...stamp, type: 'reply-audio-start', ...at(startMs), isCached: cached },
    { ...stamp, type: 'reply-audio-end', ...at(endMs), text: heard },
    {
      ...stamp,
      type: 'reply-end',
      atMs: at(endMs).atMs,
      generatedText: text,
      heardText: heard,
      isInterrupted: heard !== text,
    },
  ];
}

/** What the player did to a reply; `playedSamples` is its cursor. */
export function playback(
  action: 'duck' | 'hold' | 'resume',
  recordingMs: number,
  playedSamples: number,
): VoiceAgentEvent {
  const stamp = { turnId: 't1', generation: 1, kind: 'answer', ...at(recordingMs) };
  return { type: `playback-${action}`, ...stamp, playedSamples } as VoiceAgentEvent;
}

export function spoken(
  turnId: string,
  [startMs, endMs]: readonly [number, number],
  decisionMs: number,
): VoiceAgentEvent[] {
  return [
    { type: 'user-speech-start', turnId, ...at(startMs) },
    { type: 'user-speech-end', turnId, ...at(endMs), isMisfire: false },
    {
      type: 'transcript-partial',
      turnId,
      atMs: at(endMs - 100).atMs,
      text: 'what is',
      stableText: 'what',
    },
    {
      type: 'transcript-final',
      turnId,
      atMs: at(decisionMs).atMs,
      text: 'what is the capital',
      isTimedOut: false,
      language: null,
    },
    { type: 'metrics', turnId, atMs: at(decisionMs).atMs, metrics: metrics(endMs, decisionMs) },
  ];
}

function metrics(speechEndMs: number, decisionMs: number): TurnMetrics {
  return turnMetrics({
    marks: {
      speechEndMs: at(speechEndMs + 30).atMs,
      decisionMs: at(decisionMs + 30).atMs,
      sttFinalMs: at(decisionMs + 40).atMs,
      llmFirstTokenMs: at(decisionMs + 140).atMs,
    },
    contextMarks: {
      speechEndMs: at(speechEndMs).contextMs,
      decisionMs: at(decisionMs).contextMs,
      decisionTakenMs: at(decisionMs + 30).contextMs,
    },
    llm: {
      ...{ engine: 'openai', model: 'm', promptTokens: null, completionTokens: null },
      ...{ decodeMs: null, calls: 2 },
    },
    speculation: { started: 2, used: 1, dropped: 1 },
  });
}
