// Keeps every sample of a run as it comes, so that a run which was broken off goes on where it stopped. Node.
import { appendFile, mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { CACHE_DIR } from '../../scripts/lib/paths.mjs';
import type { Figures } from './bench.ts';

/** One measurement of one arm; `figures` null when it failed, `message` then says how. */
export interface Sample {
  readonly case: string;
  readonly arm: string;
  readonly round: number;
  readonly figures: Figures | null;
  readonly message?: string;
  /** Times that it was not even tried, since its case kept failing. */
  readonly givenUp?: number;
}

/** What is measured once. */
export type Step = Pick<Sample, 'case' | 'arm' | 'round'>;

const FOLDER = path.join(CACHE_DIR, 'bench');

export class SampleStore {
  readonly #file: string;
  readonly #samples: Sample[];

  private constructor(file: string, lines: readonly Sample[]) {
    this.#file = file;
    this.#samples = lines.filter((sample, index) => findLine(lines, sample) === index);
  }

  /** @param name of the bench and of the state of the sources; what is kept under another name is left alone. */
  static async open(name: string, folder: string = FOLDER): Promise<SampleStore> {
    const file = path.join(folder, `${name}.jsonl`);
    await mkdir(folder, { recursive: true });
    const text = await readFile(file, 'utf8').catch(() => '');
    // A last line that was cut short must not swallow the next one.
    if (text !== '' && !text.endsWith('\n')) await appendFile(file, '\n');
    return new SampleStore(file, text.split('\n').flatMap(parseLine));
  }

  get samples(): readonly Sample[] {
    return this.#samples;
  }

  find(wanted: Step): Sample | null {
    return this.#samples[findLine(this.#samples, wanted)] ?? null;
  }

  /** In the place of what is kept of the same step. */
  async add(sample: Sample): Promise<void> {
    const known = findLine(this.#samples, sample);
    this.#samples.splice(known < 0 ? this.#samples.length : known, 1, sample);
    await appendFile(this.#file, `${JSON.stringify(sample)}\n`);
  }

  async clear(): Promise<void> {
    this.#samples.length = 0;
    await rm(this.#file, { force: true });
  }
}

/** The last one counts. */
function findLine(samples: readonly Sample[], { case: id, arm, round }: Step): number {
  return samples.findLastIndex(
    (sample) => sample.case === id && sample.arm === arm && sample.round === round,
  );
}

/** A line that was cut short as the run broke off is no sample. */
function parseLine(line: string): Sample[] {
  if (line === '') return [];
  try {
    return [JSON.parse(line) as Sample];
  } catch {
    return [];
  }
}
