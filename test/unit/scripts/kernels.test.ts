import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { compileKernels, KERNELS_FILE } from '../../../scripts/lib/kernels.mjs';

test('the compiled kernels are those of their source', async () => {
  expect(await readFile(KERNELS_FILE, 'utf8')).toBe(await compileKernels());
});
