// The talk command and the short acceptance set, run as a user would: as programs.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import { TOOLS } from '../scripts/lib/paths.mjs';
import { parseWav } from '../src/core/wav.ts';
import type { CampaignRow, CampaignTotals } from '../talk/report/campaign-row.ts';
import { parseReport } from '../talk/report/schema.ts';

/** Two conversations with models loaded from disk, on a machine that may be busy. */
const CAMPAIGN_LIMIT_MS = 12 * 60_000;

/**
 * Small models on short clips, all words together: five wrong of fourteen are within it ("Francis Perris"
 * for "France is Paris"), a lost sentence is not.
 */
const MAX_WER = 0.4;

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function runTool(script: string, args: readonly string[]): Promise<Outcome> {
  const run = promisify(execFile);
  try {
    return { code: 0, ...(await run(process.execPath, [TOOLS.tsx, script, ...args])) };
  } catch (error) {
    return error as Outcome;
  }
}

test('bad input ends with 4 and says what is wrong', async () => {
  const missing = await runTool('talk/main.ts', ['no-such-file.wav']);
  expect(missing.code).toBe(4);
  expect(missing.stderr).toContain('no-such-file.wav: cannot be read');
  const unknown = await runTool('talk/main.ts', ['--loud']);
  expect(unknown.code).toBe(4);
});

test('a person on a plain page and a question on an isolated one are answered, offline', async () => {
  test.setTimeout(CAMPAIGN_LIMIT_MS);
  const folder = await mkdtemp(path.join(tmpdir(), 'parley-e2e-'));
  try {
    const args = [
      '--short',
      '--out',
      folder,
      '--tts',
      'piper',
      '--timeout',
      '240',
      '--set',
      'reply.maxTokens=20',
    ];
    const { code, stdout, stderr } = await runTool('talk/campaign.ts', args);
    const json = await readFile(path.join(folder, 'campaign.json'), 'utf8');
    expect(code, stdout + stderr + json).toBe(0);
    const { rows, totals } = JSON.parse(json) as { rows: CampaignRow[]; totals: CampaignTotals };
    expect(totals.hearingWer).toBeLessThanOrEqual(MAX_WER);
    expect(totals.speakingWer).toBeLessThanOrEqual(MAX_WER);
    expect(rows.map(({ page, exitCode }) => [page, exitCode])).toEqual([
      ['plain', 0],
      ['isolated', 0],
    ]);
    for (const row of rows) await checkRow(row, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

async function checkRow(row: CampaignRow, folder: string): Promise<void> {
  expect(row.reachedHosts).toEqual([]);
  const own = path.join(folder, `${row.recording}-${row.page}`);
  const report = parseReport(JSON.parse(await readFile(path.join(own, 'report.json'), 'utf8')));
  expect(report.isolated).toBe(row.page === 'isolated');
  expect(report.turns.at(-1)?.voiceToVoiceMs).toBeGreaterThan(0);
  const conversation = parseWav(await readFile(path.join(own, 'conversation.wav')));
  const user = parseWav(await readFile(path.join(own, 'user.wav')));
  expect([conversation.channels, user.channels]).toEqual([2, 1]);
  expect([conversation.sampleRateHz, user.sampleRateHz]).toEqual([48_000, 48_000]);
  expect(user.pcm.length).toBe(conversation.pcm.length / 2);
}
