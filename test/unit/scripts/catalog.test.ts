// A wrong catalogue is told by the path of what is wrong: by the scripts, and by the build. Node.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isOfRegistries, readCatalog } from '../../../scripts/lib/catalog.mjs';
import { runCommand } from '../../../scripts/lib/command.mjs';
import { toEnvironment } from '../../../scripts/lib/deployment.mjs';
import { ROOT, TOOLS } from '../../../scripts/lib/paths.mjs';
import type { ModelCatalog } from '../../../src/models/catalog.ts';

let folder = '';
let file = '';
let shipped: ModelCatalog;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'parley-catalog-'));
  file = path.join(folder, 'catalog.json');
  shipped = await readCatalog();
});
afterEach(() => rm(folder, { recursive: true }));

/** The shipped catalogue with one wrong checksum, in `file`. */
async function writeWrong(): Promise<void> {
  const wrong = structuredClone<unknown>(shipped) as { models: { files: { sha256: string }[] }[] };
  const [, second] = wrong.models;
  if (second?.files[1] === undefined) throw new Error('no second file');
  second.files[1].sha256 = 'none';
  await writeFile(file, JSON.stringify(wrong));
}

test('names the first wrong field', async () => {
  await writeWrong();
  await expect(readCatalog(file)).rejects.toMatchObject({
    name: 'SetupError',
    message: expect.stringContaining('models.1.files.1.sha256: must be 64 hex digits') as string,
  });
});

test('names a file that is no JSON', async () => {
  await writeFile(file, '{ "version": 1,');
  await expect(readCatalog(file)).rejects.toThrow(`${file} cannot be read`);
});

test('fails the build', async () => {
  await writeWrong();
  const deployment = { modelsUrl: null, modelsMirrors: [], catalogFile: file };
  const args = [TOOLS.vite, 'build', '--outDir', path.join(folder, 'dist')];
  const result = await runCommand(process.execPath, args, {
    cwd: ROOT,
    env: toEnvironment(deployment),
  });
  expect(result.code).toBe(1);
  expect(result.output).toContain('models.1.files.1.sha256');
}, 30_000);

test('tells models of registries from those of web addresses alone', () => {
  const [model] = shipped.models;
  if (model === undefined) throw new Error('no model');
  const sources = [{ kind: 'url', url: 'https://example.org/a.onnx' }] as const;
  const own = { ...model, files: model.files.map((one) => ({ ...one, sources })) };
  expect([isOfRegistries(model), isOfRegistries(own)]).toEqual([true, false]);
});
