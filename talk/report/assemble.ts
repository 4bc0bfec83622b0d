// Puts a report together from what the page observed and what was recorded. Pure, in Node.
import type { EngineInfo, TurnMetrics } from '../../src/index.ts';
import { findCalls } from './calls.ts';
import type { PreparedClip } from './clips.ts';
import { locateClips } from './clips.ts';
import { fitClock } from './clock-fit.ts';
import { findInterruptions } from './interruptions.ts';
import { Loudness } from './loudness.ts';
import { findPlayed } from './played.ts';
import type { RawReady, RawRun } from '../page/raw-run.ts';
import type { ReportHost, TalkReport } from './schema.ts';
import { Timeline } from './timeline.ts';
import { findTurns } from './turns.ts';
import { findCutOffs, findFalseTurns } from './verdicts.ts';

export interface ConversationRecording {
  readonly sampleRateHz: number;
  /** The microphone, before any processing of ours. */
  readonly left: Float32Array;
  /** The agent, after every gain. */
  readonly right: Float32Array;
}

export interface ReportSources {
  readonly commit: string | null;
  readonly flags: readonly string[];
  readonly source: 'device' | 'injected' | 'room';
  readonly clips: readonly PreparedClip[];
  readonly ready: RawReady;
  readonly run: RawRun;
  readonly recording: ConversationRecording;
  readonly network: readonly ReportHost[];
  readonly cpuSeconds: number | null;
}

export function assembleReport(sources: ReportSources): TalkReport {
  const { run, ready, recording } = sources;
  const fit = fitClock(run.clockPairs);
  const { startContextMs } = run.recording;
  const timeline = new Timeline({ startContextMs, fit });
  const right = new Loudness(recording.right, recording.sampleRateHz);
  const clips = locateClips(sources, timeline);
  const played = findPlayed(run.events, timeline, right);
  const shared = { events: run.events, timeline, clips, played };
  const found = findTurns(shared);
  const turns = found.map(({ report }) => report);
  const metrics = run.events.flatMap((event) => (event.type === 'metrics' ? event.metrics : []));
  return {
    schema: 1,
    commit: sources.commit,
    flags: [...sources.flags],
    readyMs: ready.readyMs,
    isolated: ready.isIsolated,
    threads: Math.max(1, ...ready.engines.map(({ threads }) => threads)),
    clockErrorMs: fit?.errorMs ?? null,
    baseLatencyMs: run.baseLatencyMs,
    outputLatencyMs: run.outputLatencyMs,
    engines: toEngines(ready.engines),
    clips,
    turns,
    played,
    interruptions: findInterruptions({ ...shared, right }),
    calls: findCalls({ cues: run.cues, played, timeline }),
    cutOffs: findCutOffs(turns, clips),
    falseTurns: findFalseTurns(found, clips),
    underruns: sumOf(metrics, ({ audio }) => audio.underruns),
    captureDrops: sumOf(metrics, ({ audio }) => (audio.lostMs > 0 ? 1 : 0)),
    cost: toCost(metrics, sources.cpuSeconds),
    network: [...sources.network],
    errors: findErrors(run, timeline),
  };
}

function toEngines(infos: readonly EngineInfo[]): TalkReport['engines'] {
  const of = (stage: EngineInfo['stage']): TalkReport['engines']['vad'] => {
    const info = infos.find((candidate) => candidate.stage === stage);
    if (info === undefined) return null;
    const { name, modelIds, backend, threads } = info;
    return { name, modelIds: [...modelIds], backend, threads };
  };
  return { vad: of('vad'), stt: of('stt'), turn: of('turn'), llm: of('llm'), tts: of('tts') };
}

function toCost(metrics: readonly TurnMetrics[], cpuSeconds: number | null): TalkReport['cost'] {
  const droppedSpeechMs = sumOf(metrics, ({ speculation }) => speculation.droppedSpeechMs);
  return {
    llmCalls: sumOf(metrics, ({ llm }) => llm.calls),
    llmTokensDropped: sumOf(metrics, ({ speculation }) => speculation.droppedTokens),
    ttsSecondsDropped: droppedSpeechMs === null ? null : droppedSpeechMs / 1_000,
    cpuSeconds,
  };
}

/** Null where no turn was answered: nothing is known then. */
function sumOf(
  metrics: readonly TurnMetrics[],
  figure: (metrics: TurnMetrics) => number,
): number | null {
  return metrics.length === 0 ? null : metrics.reduce((sum, each) => sum + figure(each), 0);
}

function findErrors(run: RawRun, timeline: Timeline): TalkReport['errors'] {
  const ofAgent = run.events
    .filter((event) => event.type === 'error')
    .map(({ error: { code, message }, atMs }) => ({
      code,
      message,
      atMs: timeline.fromEvent(atMs),
    }));
  const ofRig = run.rigErrors.map(({ code, message, eventMs }) => ({
    code,
    message,
    atMs: timeline.fromEvent(eventMs),
  }));
  const gaps = run.recording.gaps.map(({ contextMs, missingFrames }) => ({
    code: 'recording-gap',
    message: `The recorder was not called for ${missingFrames} frames.`,
    atMs: timeline.fromContext(contextMs),
  }));
  const late = run.isTimedOut
    ? [{ code: 'timeout', message: 'The conversation was not over in time.', atMs: null }]
    : [];
  return [...ofAgent, ...ofRig, ...gaps, ...late];
}
