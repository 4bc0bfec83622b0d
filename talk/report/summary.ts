// A report in words, for a terminal. Pure, in Node.
import type { ReportTurn, TalkReport } from './schema.ts';

export function summarise(report: TalkReport): string {
  const { isolated, threads, readyMs, clockErrorMs } = report;
  return [
    `${isolated ? 'Isolated' : 'Plain'} page, ${threads} thread(s), ready after ${inMs(readyMs)}, clock error ${inMs(clockErrorMs)}`,
    ...describeClock(clockErrorMs),
    ...report.turns.map((turn) => describeTurn(turn)),
    ...report.interruptions.map(
      ({ clipId, kind, onsetMs, silenceMs }) =>
        `  ${clipId} over the agent: ${kind}, silent after ${inMs(difference(silenceMs, onsetMs))}`,
    ),
    ...report.cutOffs.map(
      ({ clipId, decisionMs }) => `  cut off: ${clipId} at ${inMs(decisionMs)}`,
    ),
    ...report.falseTurns.map(({ turnId }) => `  false turn: ${turnId}`),
    ...report.errors.map(
      ({ code, message, atMs }) => `  error ${code} at ${inMs(atMs)}: ${message}`,
    ),
    `  network: ${report.network.map(({ host, kind, blocked }) => `${host} (${blocked ? 'refused' : kind})`).join(', ')}`,
    `  gaps in replies: ${report.underruns ?? '?'}, turns with lost audio: ${report.captureDrops ?? '?'}`,
    `  processor time: ${report.cost.cpuSeconds?.toFixed(1) ?? '?'} s`,
  ].join('\n');
}

/** Beyond this the two clocks drifted apart by fits and starts: the machine was busy with other things. */
const MAX_CLOCK_ERROR_MS = 5;

function describeClock(clockErrorMs: number | null): string[] {
  if (clockErrorMs !== null && clockErrorMs <= MAX_CLOCK_ERROR_MS) return [];
  return ['  the audio clock was not steady: marks other than VAD and decision cannot be trusted'];
}

function describeTurn(turn: ReportTurn): string {
  const { marks } = turn;
  const steps = [
    ['decision', marks.decisionMs],
    ['transcript', marks.sttFinalMs],
    ['first token', marks.llmFirstTokenMs],
    ['first clause', marks.firstClauseMs],
    ['first PCM', marks.firstPcmMs],
    ['first sound', turn.firstSoundMs],
  ] as const;
  const after = steps.map(([name, atMs]) => `${name} ${inMs(difference(atMs, marks.speechEndMs))}`);
  const cut = turn.interrupted ? ` (interrupted; heard: ${turn.heardText ?? ''})` : '';
  return [
    `${turn.turnId}  ${turn.clipIds.join(', ')}`,
    `  person: ${turn.transcript ?? '-'}`,
    `  agent:  ${turn.generatedText ?? '-'}${cut}`,
    `  voice to voice ${inMs(turn.voiceToVoiceMs)}; after the end of speech: ${after.join(', ')}`,
  ].join('\n');
}

function difference(toMs: number | null, fromMs: number | null): number | null {
  return toMs === null || fromMs === null ? null : toMs - fromMs;
}

function inMs(ms: number | null): string {
  return ms === null ? '-' : `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}
