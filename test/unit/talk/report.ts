// A small valid report for tests.
import type { TalkReport } from '../../../talk/report/schema.ts';

export function report(change: Partial<TalkReport> = {}): TalkReport {
  return {
    schema: 1,
    commit: null,
    flags: ['q.wav'],
    readyMs: 8_000,
    isolated: false,
    threads: 1,
    clockErrorMs: 0.1,
    baseLatencyMs: 10,
    outputLatencyMs: 30,
    engines: {
      vad: { name: 'silero', modelIds: ['silero-vad'], backend: 'wasm', threads: 1 },
      stt: null,
      turn: null,
      llm: null,
      tts: null,
    },
    clips: [{ id: 'q', kind: 'speech', startMs: 400, endMs: 2_000, speechSpansMs: [[500, 1_900]] }],
    turns: [
      {
        turnId: 't1',
        clipIds: ['q'],
        transcript: 'what is the capital of Francs',
        partials: [],
        generatedText: 'Paris is the capital.',
        heardText: 'Paris is the capital.',
        interrupted: false,
        marks: {
          speechEndMs: 1_950,
          eagerMs: null,
          decisionMs: 2_400,
          sttFinalMs: 2_450,
          llmFirstTokenMs: null,
          firstClauseMs: null,
          firstPcmMs: null,
        },
        firstSoundMs: 3_000,
        firstAnswerMs: 3_000,
        voiceToVoiceMs: 1_100,
        speculation: null,
      },
    ],
    played: [
      {
        turnId: 't1',
        generation: 1,
        kind: 'answer',
        text: 'Paris is the capital.',
        startMs: 3_000,
        endMs: 4_000,
        cached: false,
      },
    ],
    interruptions: [],
    calls: [],
    cutOffs: [],
    falseTurns: [],
    underruns: null,
    captureDrops: null,
    cost: { llmCalls: 1, llmTokensDropped: null, ttsSecondsDropped: null, cpuSeconds: 5 },
    network: [
      { host: 'localhost:1', kind: 'page', bytes: 9, blocked: false },
      { host: 'updates.test', kind: 'browser', bytes: 0, blocked: true },
      { host: 'llm.test', kind: 'llm', bytes: 9, blocked: false },
    ],
    errors: [],
    ...change,
  };
}
