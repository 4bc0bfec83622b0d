// A benchmark's result file: what it holds, writing it, reading all of them. Node.
import { createHash } from 'node:crypto';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readJson } from '../../scripts/lib/files.mjs';
import { ROOT } from '../../scripts/lib/paths.mjs';
import type { Machine } from './machine.ts';
import type { ResultRow } from './rows.ts';

export interface BenchResult {
  readonly name: string;
  readonly commit: string | null;
  /** Whether sources differed from the commit; null outside a git checkout. */
  readonly isDirty: boolean | null;
  readonly machine: Machine;
  readonly quick: boolean;
  readonly rows: readonly ResultRow[];
  readonly notes: readonly string[];
  /** Of all that is above: rows and notes are those of one run, and nobody's afterwards. Absent from older files. */
  readonly sha256?: string;
}

export const RESULTS_DIR: string = path.join(ROOT, 'bench', 'results');

/** Returns the file; null where a quick result would have replaced a full one. */
export async function writeResultFile(result: BenchResult, folder: string): Promise<string | null> {
  const file = path.join(folder, `${result.name}.json`);
  const known = await readJson(file);
  if (result.quick && isResult(known) && !known.quick) return null;
  await mkdir(folder, { recursive: true });
  const sealed = { ...result, sha256: digestOf(result) };
  await writeFile(file, `${JSON.stringify(sealed, null, 2)}\n`);
  return file;
}

/** However the file is laid out. */
export function digestOf(result: BenchResult): string {
  const written = JSON.stringify({ ...result, sha256: undefined });
  return createHash('sha256').update(written).digest('hex');
}

/** By name; files of another kind in the folder are left out. */
export async function readResultFiles(folder: string = RESULTS_DIR): Promise<BenchResult[]> {
  const names = await readdir(folder).catch(() => []);
  const results: BenchResult[] = [];
  for (const name of names.filter((each) => each.endsWith('.json')).sort()) {
    const json = await readJson(path.join(folder, name));
    if (isResult(json)) results.push(json);
  }
  return results;
}

function isResult(json: unknown): json is BenchResult {
  if (typeof json !== 'object' || json === null) return false;
  const [row] = 'rows' in json && Array.isArray(json.rows) ? (json.rows as unknown[]) : [];
  return typeof row === 'object' && row !== null && 'ours' in row;
}
