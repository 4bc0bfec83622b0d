// One conversation of the acceptance set as figures, and all of them as totals. Pure, in Node.
import { countWordErrors } from '../../test/support/word-error-rate.ts';
import type { WordErrors } from '../../test/support/word-error-rate.ts';
import { quantile } from '../../src/core/quantile.ts';
import type { TalkReport } from './schema.ts';
import { exitCodeOf } from './verdicts.ts';

export interface CampaignRow {
  readonly recording: string;
  readonly page: 'plain' | 'isolated';
  readonly exitCode: number;
  readonly transcript: string;
  /** Of the transcript against what was said. */
  readonly hearing: WordErrors;
  readonly reply: string;
  /** What our recogniser makes of the agent's recorded voice. */
  readonly replyHeardBack: string;
  /** Of that against the reply's text. */
  readonly speaking: WordErrors;
  readonly voiceToVoiceMs: number | null;
  readonly readyMs: number;
  readonly clockErrorMs: number | null;
  readonly cpuSeconds: number | null;
  readonly cutOffs: number;
  /** Hosts other than the page that answered: must be none, or the language model's. */
  readonly reachedHosts: readonly string[];
  readonly errors: readonly string[];
}

export interface CampaignTotals {
  readonly runs: number;
  readonly answered: number;
  readonly hearingWer: number;
  readonly speakingWer: number;
  readonly voiceToVoiceMs: { readonly p50: number; readonly p90: number } | null;
  readonly reachedHosts: readonly string[];
  readonly errors: number;
}

export function toRow(run: {
  recording: string;
  page: CampaignRow['page'];
  said: string;
  report: TalkReport;
  replyHeardBack: string;
}): CampaignRow {
  const { report, said, replyHeardBack, recording, page } = run;
  const join = (texts: (string | null)[]): string =>
    texts.filter((each) => each !== null).join(' ');
  const transcript = join(report.turns.map((turn) => turn.transcript));
  const reply = join(report.turns.map((turn) => turn.heardText));
  return {
    recording,
    page,
    exitCode: exitCodeOf(report),
    transcript,
    hearing: countWordErrors(said, transcript),
    reply,
    replyHeardBack,
    speaking: countWordErrors(reply, replyHeardBack),
    voiceToVoiceMs: report.turns.at(-1)?.voiceToVoiceMs ?? null,
    readyMs: report.readyMs,
    clockErrorMs: report.clockErrorMs,
    cpuSeconds: report.cost.cpuSeconds,
    cutOffs: report.cutOffs.length,
    reachedHosts: report.network
      .filter(({ kind, blocked }) => kind !== 'page' && !blocked)
      .map(({ host }) => host),
    errors: report.errors.map(({ code, message }) => `${code}: ${message}`),
  };
}

export function toTotals(rows: readonly CampaignRow[]): CampaignTotals {
  const waits = rows.flatMap(({ voiceToVoiceMs }) => voiceToVoiceMs ?? []);
  return {
    runs: rows.length,
    answered: rows.filter(({ exitCode }) => exitCode === 0).length,
    hearingWer: rateOf(rows.map(({ hearing }) => hearing)),
    speakingWer: rateOf(rows.map(({ speaking }) => speaking)),
    voiceToVoiceMs:
      waits.length === 0 ? null : { p50: quantile(waits, 0.5), p90: quantile(waits, 0.9) },
    reachedHosts: [...new Set(rows.flatMap(({ reachedHosts }) => reachedHosts))],
    errors: rows.reduce((sum, { errors }) => sum + errors.length, 0),
  };
}

export function describeRow(row: CampaignRow): string {
  return [
    row.recording.padEnd(24),
    row.page.padEnd(8),
    `exit ${row.exitCode}`,
    `hearing ${percent(rateOf([row.hearing]))}`,
    `speaking ${percent(rateOf([row.speaking]))}`,
    `voice to voice ${row.voiceToVoiceMs === null ? '-' : Math.round(row.voiceToVoiceMs)} ms`,
    `hosts ${row.reachedHosts.length}`,
    ...row.errors,
  ].join('  ');
}

export function describeTotals(totals: CampaignTotals): string {
  const { runs, answered, hearingWer, speakingWer, voiceToVoiceMs, reachedHosts } = totals;
  const waits =
    voiceToVoiceMs === null
      ? '-'
      : `p50 ${Math.round(voiceToVoiceMs.p50)} ms, p90 ${Math.round(voiceToVoiceMs.p90)} ms`;
  return `${answered} of ${runs} answered; word error rate hearing ${percent(hearingWer)}, speaking ${percent(speakingWer)}; voice to voice ${waits}; hosts reached: ${reachedHosts.join(', ') || 'none'}`;
}

function rateOf(counts: readonly WordErrors[]): number {
  const sum = (pick: (each: WordErrors) => number): number =>
    counts.reduce((total, each) => total + pick(each), 0);
  return (
    sum(({ errors }) => errors) /
    Math.max(
      1,
      sum(({ words }) => words),
    )
  );
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
