// Runs one benchmark: case by case, round by round, its arms in turn; what is kept is not measured again. Node.
import type { Bench, BenchCase, CaseSession, Figure } from './bench.ts';
import type { Sample, SampleStore, Step } from './sample-store.ts';

export interface RunOptions {
  readonly isQuick: boolean;
  /** Cases without this in their id are left out; empty takes all. */
  readonly caseFilter: string;
  readonly store: SampleStore;
  /** One line for each sample, and for what goes wrong. */
  readonly onProgress: (line: string) => void;
}

/** A case whose measurements fail so often in a row is given up; the rest of it counts as failed. */
const MAX_FAILURES_IN_A_ROW = 3;

/** Resolves when everything is measured or has failed. Rejects when the bench cannot be set up. */
export async function runBench(bench: Bench, options: RunOptions): Promise<void> {
  const open = bench.cases
    .filter(({ id }) => id.includes(options.caseFilter))
    .map((each) => ({ each, steps: stepsOf(each, options) }))
    .filter(({ steps }) => steps.length > 0);
  if (open.length === 0) return;
  await bench.setUp?.();
  for (const { each, steps } of open) await runCase(each, steps, options);
}

/** Round by round, so that whatever drifts on the machine meets every arm alike. */
function stepsOf({ id, arms, rounds }: BenchCase, { isQuick, store }: RunOptions): Step[] {
  const count = isQuick ? rounds.quick : rounds.full;
  return Array.from({ length: count }, (_, round) => arms.map((arm) => ({ case: id, arm, round })))
    .flat()
    .filter((step) => isOpen(store.find(step)));
}

/** What was given up unmeasured is tried once more by a run that goes on: the machine may have been at fault. */
function isOpen(sample: Sample | null): boolean {
  return sample === null || sample.givenUp === 1;
}

async function runCase(
  benchCase: BenchCase,
  steps: readonly Step[],
  options: RunOptions,
): Promise<void> {
  const opening = new ReopenedCase(benchCase);
  let failures = 0;
  for (const step of steps) {
    if (failures >= MAX_FAILURES_IN_A_ROW) {
      const givenUp = (options.store.find(step)?.givenUp ?? 0) + 1;
      await options.store.add({ ...step, figures: null, message: 'given up', givenUp });
      continue;
    }
    const sample = await opening.measure(step);
    failures = sample.figures === null ? failures + 1 : 0;
    await options.store.add(sample);
    options.onProgress(describeSample(sample));
  }
  await opening.close();
}

/** A case that is opened when it is needed, and again after a failure: what failed may have left a broken page. */
class ReopenedCase {
  readonly #case: BenchCase;
  #session: CaseSession | null = null;

  constructor(benchCase: BenchCase) {
    this.#case = benchCase;
  }

  async measure(step: Step): Promise<Sample> {
    try {
      this.#session ??= await this.#case.open();
      return { ...step, figures: await this.#session.measure(step.arm, step.round) };
    } catch (error) {
      await this.close();
      const message = error instanceof Error ? error.message : String(error);
      return { ...step, figures: null, message: toOneLine(message) };
    }
  }

  async close(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    await session?.close().catch(() => undefined);
  }
}

function describeSample({ case: id, arm, round, figures, message }: Sample): string {
  const values = Object.entries(figures ?? {}).map(([name, value]) => `${name} ${show(value)}`);
  const told = figures === null ? `failed: ${message ?? ''}` : values.join(', ');
  return `${id} | ${arm} | ${round + 1} | ${told}`;
}

function show(value: Figure): string {
  return [value]
    .flat()
    .map((each) => (each === null ? '-' : Number(each.toPrecision(4))))
    .join(' ');
}

/** Without the stack: where it broke is known by the case. */
function toOneLine(message: string): string {
  const lines = message.split('\n').filter((line) => !/^\s+at /u.test(line));
  return lines.join(' ').slice(0, 300);
}
