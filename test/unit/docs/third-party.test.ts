// THIRD-PARTY.md names every dependency with its version, and every model with its licence.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from './ledger.ts';

const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
const lines = read('THIRD-PARTY.md').split('\n');

/** Whether one table row holds all of the cells. */
function hasRow(...cells: readonly string[]): boolean {
  return lines.some((line) => cells.every((cell) => line.includes(`| ${cell} |`)));
}

describe('THIRD-PARTY.md', () => {
  it('names every dependency with its version', () => {
    const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<
      'dependencies' | 'devDependencies',
      Record<string, string>
    >;
    const wanted = Object.entries({ ...dependencies, ...devDependencies });
    expect(wanted.filter(([name, version]) => !hasRow(`\`${name}\``, version))).toEqual([]);
  });

  it('names what the benchmarks compare with', () => {
    const { dependencies } = JSON.parse(read('bench/peers/package.json')) as {
      dependencies: Record<string, string>;
    };
    const missing = Object.entries(dependencies).filter(
      ([name, version]) => !hasRow(`\`${name}\``, version),
    );
    expect(missing).toEqual([]);
  });

  it('names every model of the catalogue with its licence', () => {
    const { models } = JSON.parse(read('public/models/catalog.json')) as {
      models: { id: string; licence: string }[];
    };
    const missing = models.filter(({ id, licence }) => !hasRow(`\`${id}\``, licence));
    expect(missing.map(({ id }) => id)).toEqual([]);
  });
});
