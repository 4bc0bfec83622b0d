// The command line of `bench`. Pure, Node.
import { parseArgs } from 'node:util';
import { BadInput } from '../talk/bad-input.ts';

export const BENCH_NAMES = [
  ...(['bytes', 'tts', 'v2v', 'turn', 'bargein'] as const),
  ...(['stt', 'llm', 'capture', 'start'] as const),
] as const;
export type BenchName = (typeof BENCH_NAMES)[number];

export const USAGE = `npm run bench -- [NAMES] [options]

  NAMES         ${BENCH_NAMES.join(', ')}, or all (default);
                or table: only writes the tables of docs/benchmarks.md anew
  --quick       five rounds of everything; decides nothing
  --case TEXT   only cases with this in their name; prints, and writes no result
  --out FOLDER  where results go (default bench/results, and from there into docs/benchmarks.md)

A full run that was broken off goes on where it stopped, at the same commit. The result of a quick run does
not replace that of a full one.

Exit codes: 0 measured, 2 something of ours gave no value, 1 it could not run.`;

export interface BenchArguments {
  readonly names: readonly BenchName[];
  readonly isQuick: boolean;
  readonly isTableOnly: boolean;
  readonly isHelp: boolean;
  readonly caseFilter: string;
  /** Null for the repository's own results. */
  readonly outDir: string | null;
}

/** Throws {@link BadInput} naming what is wrong. */
export function parseBenchArguments(argv: readonly string[]): BenchArguments {
  const { values, positionals } = parse(argv);
  const isTableOnly = positionals.includes('table');
  if (isTableOnly && positionals.length > 1) throw new BadInput('table comes alone');
  return {
    names: isTableOnly ? [] : toNames(positionals),
    isQuick: values.quick ?? false,
    isTableOnly,
    isHelp: values.help ?? false,
    caseFilter: values.case ?? '',
    outDir: values.out ?? null,
  };
}

function toNames(given: readonly string[]): readonly BenchName[] {
  if (given.length === 0 || given.includes('all')) return BENCH_NAMES;
  return given.map((name) => {
    const known = BENCH_NAMES.find((each) => each === name);
    if (known !== undefined) return known;
    throw new BadInput(`${name}: must be one of ${BENCH_NAMES.join(', ')}, all, table`);
  });
}

function parse(argv: readonly string[]) {
  const options = {
    quick: { type: 'boolean' },
    case: { type: 'string' },
    out: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  } as const;
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (error) {
    throw new BadInput(error instanceof Error ? error.message : String(error));
  }
}
