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
}

const FOLDER = path.join(CACHE_DIR, 'bench');

export class SampleStore {
  readonly #file: string;
  readonly #samples: Sample[];

  private constructor(file: string, samples: Sample[]) {
    this.#file = file;
    this.#samples = samples;
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

  has(wanted: Pick<Sample, 'case' | 'arm' | 'round'>): boolean {
    return this.#samples.some(
      (sample) =>
        sample.case === wanted.case && sample.arm === wanted.arm && sample.round === wanted.round,
    );
  }

  async add(sample: Sample): Promise<void> {
    this.#samples.push(sample);
    await appendFile(this.#file, `${JSON.stringify(sample)}\n`);
  }

  async clear(): Promise<void> {
    this.#samples.length = 0;
    await rm(this.#file, { force: true });
  }
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
