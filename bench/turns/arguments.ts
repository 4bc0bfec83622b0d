// The command line of the turn suite. Pure, Node.
import { parseArgs } from 'node:util';
import { BadInput } from '../../talk/bad-input.ts';
import { SUITE_KINDS } from './conversations.ts';
import type { SuiteKind } from './conversations.ts';

export const USAGE = `npm run suite:turns -- [options]

  --quick      two clips of each set in two conversations; its figures decide nothing
  --only KIND  one kind of conversation (repeatable): ${SUITE_KINDS.join(', ')}
  --aec        interruptions in a room with an echo, the browser's echo cancellation on (PulseAudio)
  --plain      a page without cross-origin isolation
  --clips      make every clip, tell where each comes from, and stop
  --out FILE   where the results go (default bench/results/turns.json, for --aec turns-aec.json, for --quick
               .cache/turns/quick.json)

A run that was broken off goes on where it stopped, as long as no source changed.`;

export interface SuiteArguments {
  readonly isQuick: boolean;
  readonly isHelp: boolean;
  readonly isClipsOnly: boolean;
  readonly isIsolated: boolean;
  readonly kinds: readonly SuiteKind[];
  readonly outFile: string;
}

/** Throws {@link BadInput} naming the flag. */
export function parseSuiteArguments(argv: readonly string[]): SuiteArguments {
  const values = parse(argv);
  const isQuick = values.quick ?? false;
  const only = values.only ?? [];
  if (isQuick && only.length > 0) throw new BadInput('--quick and --only exclude each other');
  const kinds = only.map((name) => {
    const kind = SUITE_KINDS.find((each) => each === name);
    if (kind !== undefined) return kind;
    throw new BadInput(`--only ${name}: must be one of ${SUITE_KINDS.join(', ')}`);
  });
  return {
    isQuick,
    isHelp: values.help ?? false,
    isClipsOnly: values.clips ?? false,
    isIsolated: values.plain !== true,
    kinds: values.aec === true ? ['aec'] : kinds.length === 0 ? SUITE_KINDS : kinds,
    outFile: values.out ?? defaultFile(values),
  };
}

function defaultFile({ quick, aec }: { quick?: boolean; aec?: boolean }): string {
  if (quick === true) return '.cache/turns/quick.json';
  return aec === true ? 'bench/results/turns-aec.json' : 'bench/results/turns.json';
}

function parse(argv: readonly string[]) {
  const options = {
    quick: { type: 'boolean' },
    only: { type: 'string', multiple: true },
    plain: { type: 'boolean' },
    clips: { type: 'boolean' },
    aec: { type: 'boolean' },
    out: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  } as const;
  try {
    return parseArgs({ args: [...argv], options }).values;
  } catch (error) {
    throw new BadInput(error instanceof Error ? error.message : String(error));
  }
}
