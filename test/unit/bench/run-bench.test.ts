import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseBenchArguments, BENCH_NAMES } from '../../../bench/arguments.ts';
import type { Bench, CaseSession } from '../../../bench/measure/bench.ts';
import { runBench } from '../../../bench/measure/run-bench.ts';
import { SampleStore } from '../../../bench/measure/sample-store.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'bench-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A bench whose measurements are told to `log`; `fail` says which of them reject. */
function createBench(
  log: string[],
  fail: (arm: string, round: number) => boolean = () => false,
): Bench {
  const session: CaseSession = {
    measure: async (arm, round) => {
      log.push(`${arm}${round}`);
      if (fail(arm, round)) throw new Error('broke\nat a place');
      return { ms: round };
    },
    close: async () => void log.push('close'),
  };
  const open = async (): Promise<CaseSession> => {
    log.push('open');
    return session;
  };
  const rounds = { full: 3, quick: 2 };
  return {
    name: 'test',
    setUp: async () => void log.push('set up'),
    cases: [{ id: 'case', arms: ['a', 'b'], rounds, open }],
    quantities: [],
  };
}

async function run(bench: Bench, isQuick = false): Promise<SampleStore> {
  const store = await SampleStore.open('test', folder);
  await runBench(bench, { isQuick, caseFilter: '', store, onProgress: () => undefined });
  return store;
}

test('arms are measured in turn, round after round, in one session', async () => {
  const log: string[] = [];
  await run(createBench(log));
  expect(log).toEqual(['set up', 'open', 'a0', 'b0', 'a1', 'b1', 'a2', 'b2', 'close']);
});

test('a quick run has its own number of rounds', async () => {
  expect((await run(createBench([]), true)).samples).toHaveLength(4);
});

test('what is kept is not measured again; a line that was cut short is', async () => {
  await run(createBench([]));
  const file = path.join(folder, 'test.jsonl');
  const lines = (await readFile(file, 'utf8')).split('\n');
  await writeFile(file, `${lines.slice(0, 4).join('\n')}\n${lines[4]?.slice(0, 9) ?? ''}`);
  const log: string[] = [];
  await run(createBench(log));
  expect(log).toEqual(['set up', 'open', 'a2', 'b2', 'close']);
  const again: string[] = [];
  const store = await run(createBench(again));
  expect(again).toEqual([]);
  expect(store.samples).toHaveLength(6);
});

test('a failure is kept with its message, and the case opened anew', async () => {
  const log: string[] = [];
  const store = await run(createBench(log, (arm, round) => arm === 'b' && round === 0));
  expect(log.slice(1, 7)).toEqual(['open', 'a0', 'b0', 'close', 'open', 'a1']);
  expect(store.samples[1]).toMatchObject({ figures: null, message: 'broke at a place' });
});

test('a case that fails three times in a row is given up, and all of it counts as failed', async () => {
  const log: string[] = [];
  const store = await run(createBench(log, () => true));
  expect(log.filter((each) => each === 'open')).toHaveLength(3);
  expect(store.samples.map(({ figures }) => figures)).toEqual(Array(6).fill(null));
});

test('what was given up is tried once more by the next run, and no further', async () => {
  await run(createBench([], () => true));
  const log: string[] = [];
  await run(createBench(log, () => true));
  expect(log.filter((each) => /\d/u.test(each))).toEqual(['b1', 'a2', 'b2']);
  expect((await run(createBench([]))).samples).toHaveLength(6);
});

test('what was given up counts once it is measured after all', async () => {
  await run(createBench([], () => true));
  const store = await run(createBench([]));
  expect(store.samples.map(({ figures }) => figures)).toEqual([
    ...[null, null, null],
    ...[{ ms: 1 }, { ms: 2 }, { ms: 2 }],
  ]);
  const again: string[] = [];
  expect((await run(createBench(again))).samples).toEqual(store.samples);
  expect(again).toEqual([]);
});

test('the command line names benches, and refuses what it does not know', () => {
  expect(parseBenchArguments([]).names).toEqual(BENCH_NAMES);
  expect(parseBenchArguments(['tts', 'bytes', '--quick'])).toMatchObject({
    ...{ names: ['tts', 'bytes'], isQuick: true },
  });
  expect(parseBenchArguments(['table'])).toMatchObject({ names: [], isTableOnly: true });
  expect(() => parseBenchArguments(['lightning'])).toThrow(/lightning: must be one of bytes/u);
  expect(() => parseBenchArguments(['table', 'tts'])).toThrow('table');
  expect(() => parseBenchArguments(['--slow'])).toThrow(/slow/u);
});
