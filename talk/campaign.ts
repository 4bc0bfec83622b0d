// `npm run campaign`: the acceptance set, every recording on a plain and on an isolated page. Node.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { CACHE_DIR, RECORDINGS_DIR } from '../scripts/lib/paths.mjs';
import { parseTalkArguments } from './arguments.ts';
import { BadInput } from './bad-input.ts';
import { withListenBack } from './listen-back.ts';
import type { ListenBack } from './listen-back.ts';
import { prepareClips } from './prepare-clips.ts';
import { describeRow, describeTotals, toRow, toTotals } from './report/campaign-row.ts';
import type { CampaignRow } from './report/campaign-row.ts';
import { TALK_RATE_HZ } from './page/plan.ts';
import { runTalk } from './run-talk.ts';
import type { TalkResult } from './run-talk.ts';
import { scriptOfFiles } from './script.ts';
import { writeResult } from './write-result.ts';

/** Every recording of these folders, in the order of the transcripts. */
const FOLDERS = ['librivox/', 'questions/'];

/** `--short`: one person on a plain page, one question on an isolated one. */
const SHORT = [
  { recording: 'librivox/sense_and_sensibility_01_austen_64kb-0880.wav', page: 'plain' },
  { recording: 'questions/capital-of-france.wav', page: 'isolated' },
] as const;

const USAGE = 'npm run campaign -- [--short] [--out DIR] [any flag of talk, such as --tts piper]';

type Run = Pick<CampaignRow, 'recording' | 'page'>;

async function main(argv: readonly string[]): Promise<number> {
  const { isShort, outDir, talkFlags } = parseFlags(argv);
  const transcripts = await readTranscripts();
  const runs = isShort ? SHORT : toRuns(Object.keys(transcripts));
  await mkdir(outDir, { recursive: true });
  const rows = await withListenBack(async (listen) => {
    const done: CampaignRow[] = [];
    for (const run of runs) {
      const said = transcripts[run.recording] ?? '';
      const row = await holdOne({ ...run, said, outDir, talkFlags }, listen);
      console.log(describeRow(row));
      done.push(row);
    }
    return done;
  });
  const totals = toTotals(rows);
  await writeFile(
    path.join(outDir, 'campaign.json'),
    `${JSON.stringify({ totals, rows }, null, 2)}\n`,
  );
  console.log(`\n${describeTotals(totals)}\nReports: ${outDir}`);
  return totals.answered === totals.runs ? 0 : 2;
}

function parseFlags(argv: readonly string[]): {
  isShort: boolean;
  outDir: string;
  talkFlags: string[];
} {
  if (argv.includes('--help')) throw new BadInput(USAGE);
  const rest = argv.filter((flag) => flag !== '--short');
  const out = rest.indexOf('--out');
  const [, folder] = out === -1 ? [] : rest.splice(out, 2);
  return {
    isShort: argv.includes('--short'),
    outDir: path.resolve(folder ?? path.join('talk-out', 'campaign')),
    talkFlags: rest,
  };
}

async function readTranscripts(): Promise<Record<string, string>> {
  const file = path.join(RECORDINGS_DIR, 'transcripts.json');
  const text = await readFile(file, 'utf8').catch(() => {
    throw new BadInput(`No recordings in ${path.relative('.', CACHE_DIR)}: run "npm test" once.`);
  });
  return JSON.parse(text) as Record<string, string>;
}

function toRuns(recordings: readonly string[]): Run[] {
  return recordings
    .filter((recording) => FOLDERS.some((folder) => recording.startsWith(folder)))
    .flatMap((recording): Run[] => [
      { recording, page: 'plain' },
      { recording, page: 'isolated' },
    ]);
}

async function holdOne(
  run: Run & { said: string; outDir: string; talkFlags: readonly string[] },
  listen: ListenBack,
): Promise<CampaignRow> {
  const file = path.join(RECORDINGS_DIR, run.recording);
  const given = parseTalkArguments([file, `--${run.page}`, ...run.talkFlags]);
  const script = scriptOfFiles(given.files);
  const clips = await prepareClips(script, RECORDINGS_DIR);
  const onProgress = (): void => undefined;
  const result = await runTalk({ arguments: given, script, clips, onProgress });
  const name = path.basename(run.recording, '.wav');
  await writeResult(result, path.join(run.outDir, `${name}-${run.page}`));
  const replyHeardBack = await listenToAnswers(result, listen);
  return toRow({ ...run, recording: name, report: result.report, replyHeardBack });
}

async function listenToAnswers(
  { report, recording }: TalkResult,
  listen: ListenBack,
): Promise<string> {
  const texts: string[] = [];
  for (const { kind, startMs, endMs } of report.played) {
    if (kind !== 'answer') continue;
    const toSample = (ms: number): number => Math.round((ms * TALK_RATE_HZ) / 1000);
    texts.push(await listen(recording.right.subarray(toSample(startMs), toSample(endMs))));
  }
  return texts.join(' ');
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.exitCode = 1;
  console.error(error instanceof BadInput ? error.message : error);
}
