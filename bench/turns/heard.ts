// `npm run suite:heard`: whether the history of cut replies ends where the recording of them does. Node.
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { readJson } from '../../scripts/lib/files.mjs';
import { withListenBack } from '../../talk/listen-back.ts';
import type { ListenBack } from '../../talk/listen-back.ts';
import { TALK_RATE_HZ } from '../../talk/page/plan.ts';
import { parseReport } from '../../talk/report/schema.ts';
import type { ReportTurn, TalkReport } from '../../talk/report/schema.ts';
import { toComparableWords } from '../../test/support/word-error-rate.ts';
import { TURNS_CACHE_DIR } from './clips/packages.ts';
import { lastHeardWord } from './last-heard-word.ts';
import { readRecorded } from './recorded.ts';

/** Of twenty, eighteen should end within one word, and all within two. */
const CUTS = 20;

interface Cut {
  readonly generated: string;
  readonly heard: string;
  readonly pcm: Float32Array;
}

async function main(): Promise<number> {
  const cuts = (await findCuts()).slice(0, CUTS);
  const differences = await withListenBack((listen) => compareAll(cuts, listen));
  const within = (words: number): number => differences.filter((by) => by <= words).length;
  console.log(
    `${cuts.length} cuts: ${within(0)} end at the same word, ${within(1)} within one, ${within(2)} within two`,
  );
  return cuts.length === CUTS ? 0 : 2;
}

async function compareAll(cuts: readonly Cut[], listen: ListenBack): Promise<number[]> {
  const differences: number[] = [];
  for (const { generated, heard, pcm } of cuts) {
    const understood = await listen(pcm);
    const played = lastHeardWord(toComparableWords(generated), toComparableWords(understood));
    const kept = toComparableWords(heard).length;
    differences.push(Math.abs(played - kept));
    console.log(
      `${kept} words kept, ${played} played: ...${heard.slice(-40)} | ...${understood.slice(-40)}`,
    );
  }
  return differences;
}

/** Replies of kept conversations that were cut off while they were heard. */
async function findCuts(): Promise<Cut[]> {
  const runs = path.join(TURNS_CACHE_DIR, 'runs');
  const cuts: Cut[] = [];
  for (const name of await readdir(runs)) {
    const json = await readJson(path.join(runs, name, 'report.json'));
    if (json === null || name.startsWith('echo')) continue;
    const report = parseReport(json);
    const { right } = await readRecorded(path.join(runs, name));
    cuts.push(...report.turns.flatMap((turn) => toCut(turn, report, right)));
  }
  return cuts;
}

function toCut(turn: ReportTurn, report: TalkReport, right: Float32Array): Cut[] {
  const { generatedText, heardText, interrupted, turnId } = turn;
  const span = report.played.find((each) => each.turnId === turnId && each.kind === 'answer');
  if (!interrupted || generatedText === null || heardText === null || span === undefined) return [];
  const toSample = (atMs: number): number => Math.round((atMs * TALK_RATE_HZ) / 1_000);
  const pcm = right.slice(toSample(span.startMs), toSample(span.endMs));
  return [{ generated: generatedText, heard: heardText, pcm }];
}

process.exitCode = await main();
