import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { compileKernels } from '../../../scripts/lib/kernels.mjs';

test('the compiled kernels are those of their sources', async () => {
  const modules = await compileKernels();
  expect(modules.size).toBe(3);
  for (const [file, made] of modules) expect(await readFile(file, 'utf8')).toBe(made);
});
