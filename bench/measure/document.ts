// The generated part of docs/benchmarks.md: engines side by side, and every result file as a table. Node.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { loadCatalog } from '../../scripts/lib/catalog.mjs';
import { ROOT } from '../../scripts/lib/paths.mjs';
import type { CatalogModel } from '../../src/models/catalog.ts';
import { ENGINE_NOTES, toEngineTable } from './engine-table.ts';
import type { BenchResult } from './result.ts';
import { readResultFiles } from './result.ts';
import { toMarkdownTable } from './tables.ts';

const DOCUMENT = path.join(ROOT, 'docs', 'benchmarks.md');
const BEGIN = '<!-- results: written by `npm run bench`, do not edit -->';
const END = '<!-- end of results -->';

/** Puts the tables of all result files between the document's two marks. */
export async function writeDocument(): Promise<void> {
  const text = await readFile(DOCUMENT, 'utf8');
  const { models } = await loadCatalog();
  await writeFile(DOCUMENT, replaceResults(text, await readResultFiles(), models));
}

/** Throws when the marks are missing. */
export function replaceResults(
  text: string,
  results: readonly BenchResult[],
  models: readonly CatalogModel[],
): string {
  const from = text.indexOf(BEGIN);
  const to = text.indexOf(END);
  if (from < 0 || to < from) throw new Error('docs/benchmarks.md has no place for the results');
  const body = [...toEngineSection(results, models), ...results.map(toSection)].join('\n\n');
  return `${text.slice(0, from)}${BEGIN}\n\n${body}\n\n${text.slice(to)}`;
}

function toEngineSection(
  results: readonly BenchResult[],
  models: readonly CatalogModel[],
): string[] {
  const table = toEngineTable(results, models);
  if (table === '') return [];
  return [['### Engines', table, ...ENGINE_NOTES.map((note) => `- ${note}`)].join('\n\n')];
}

function toSection(result: BenchResult): string {
  const { name, commit, isDirty, machine, quick, rows, notes } = result;
  const state = `${commit?.slice(0, 8) ?? 'no commit'}${isDirty === true ? ' with changes' : ''}`;
  const where = `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, Chromium ${machine.chromium ?? '?'}`;
  const caveat = quick ? ' A quick run: decides nothing.' : '';
  return [
    `### ${name}`,
    `At ${state}, on ${where}.${caveat}`,
    toMarkdownTable(rows),
    ...notes.map((note) => `- ${note}`),
  ].join('\n\n');
}
