// `npm run bench`: our figures beside those of other ways to do the same, interleaved in one run. Node.
import { BadInput } from '../talk/bad-input.ts';
import { currentCommit } from '../talk/commit.ts';
import { parseBenchArguments, USAGE } from './arguments.ts';
import type { BenchArguments, BenchName } from './arguments.ts';
import type { Bench } from './measure/bench.ts';
import { writeDocument } from './measure/document.ts';
import { describeMachine } from './measure/machine.ts';
import { RESULTS_DIR, writeResultFile } from './measure/result.ts';
import type { BenchResult } from './measure/result.ts';
import { toRow } from './measure/rows.ts';
import type { ResultRow } from './measure/rows.ts';
import { runBench } from './measure/run-bench.ts';
import { SampleStore } from './measure/sample-store.ts';
import { toTerminalTable } from './measure/tables.ts';
import { BENCH_FOLDERS, fingerprintSources, isDirty } from './turns/sources.ts';
import { setUpSuite } from './turns/suite.ts';

/** Loaded when it is run: each brings its own tools. */
const BENCHES: Readonly<Record<BenchName, () => Promise<Bench>>> = {
  bytes: async () => (await import('./benches/bytes.ts')).createBytesBench(),
  tts: async () => (await import('./benches/tts.ts')).createTtsBench(),
  v2v: async () => (await import('./benches/v2v.ts')).createV2vBench(),
  turn: async () => (await import('./benches/turn.ts')).createTurnBench(),
  bargein: async () => (await import('./benches/bargein.ts')).createBargeInBench(),
  stt: async () => (await import('./benches/stt.ts')).createSttBench(),
  llm: async () => (await import('./benches/llm.ts')).createLlmBench(),
  capture: async () => (await import('./benches/capture.ts')).createCaptureBench(),
  start: async () => (await import('./benches/start.ts')).createStartBench(),
};

async function main(argv: readonly string[]): Promise<number> {
  const given = parseBenchArguments(argv);
  if (given.isHelp) {
    console.log(USAGE);
    return 0;
  }
  // Sizes are told without any model.
  if (given.names.some((name) => name !== 'bytes')) await setUpSuite();
  let isComplete = true;
  for (const name of given.names) {
    const rows = await runOne(await BENCHES[name](), given);
    isComplete &&= rows.every(({ ours }) => ours.n > 0);
  }
  if (given.caseFilter === '' && given.outDir === null) await writeDocument();
  return isComplete ? 0 : 2;
}

async function runOne(bench: Bench, given: BenchArguments): Promise<ResultRow[]> {
  const { isQuick, caseFilter } = given;
  console.log(`\n== ${bench.name} ==`);
  const suffix = isQuick ? '-quick' : '';
  const store = await SampleStore.open(`${bench.name}-${await nameOfState()}${suffix}`);
  // A quick run is there to look at what the sources do now.
  if (isQuick) await store.clear();
  await runBench(bench, { isQuick, caseFilter, store, onProgress: (line) => console.log(line) });
  const rows = bench.quantities
    .filter((quantity) => quantity.case.includes(caseFilter))
    .map((quantity) => toRow(quantity, store.samples, { isQuick }));
  console.log(`\n${toTerminalTable(rows)}`);
  const notes = bench.notes ?? [];
  for (const note of notes) console.log(note);
  if (caseFilter === '') await keep({ name: bench.name, rows, notes }, given);
  return rows;
}

async function keep(
  result: Pick<BenchResult, 'name' | 'rows' | 'notes'>,
  { isQuick, outDir }: BenchArguments,
): Promise<void> {
  const state = { commit: await currentCommit(), isDirty: await isDirty(BENCH_FOLDERS) };
  const machine = await describeMachine();
  const file = await writeResultFile(
    { ...result, ...state, machine, quick: isQuick },
    outDir ?? RESULTS_DIR,
  );
  console.log(file === null ? 'A full result is there: not replaced.' : `Result: ${file}`);
}

/** Samples of one commit belong together; of changed sources, those of the same changes. */
async function nameOfState(): Promise<string> {
  const commit = (await currentCommit())?.slice(0, 12) ?? 'none';
  if ((await isDirty(BENCH_FOLDERS)) === false) return commit;
  return `${commit}-${(await fingerprintSources(BENCH_FOLDERS)).slice(0, 8)}`;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.exitCode = 1;
  console.error(error instanceof BadInput ? error.message : error);
}
