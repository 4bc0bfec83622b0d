import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { compileKernels } from '../../../scripts/lib/kernels.mjs';

/** The compiler takes 8 s alone, several times that beside other work. */
const LIMIT_MS = 120_000;

test('the compiled kernels are those of their sources', { timeout: LIMIT_MS }, async () => {
  const modules = await compileKernels();
  expect(modules.size).toBe(3);
  for (const [file, made] of modules) expect(await readFile(file, 'utf8')).toBe(made);
});
