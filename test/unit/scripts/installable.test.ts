// The files that a service worker keeps, at its installation and later: never a model, each with its digest. Node.
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listShellFiles } from '../../../scripts/lib/installable.mjs';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'parley-shell-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(name: string, content: string | Uint8Array = name): Promise<void> {
  await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
  await writeFile(path.join(folder, name), content);
}

const LARGE = new Uint8Array(200 * 1024);

test('are page, scripts, icons and catalogue, by their digests, and runtimes for later', async () => {
  const wanted = [
    ...['assets/index-12345678.js', 'assets/speak.worker-12345678.js', 'icon.svg', 'icons/192.png'],
    ...['index.html', 'manifest.webmanifest', 'models/catalog.json', 'assets/engine-12345678.js'],
  ];
  const later = ['assets/ort-wasm-simd-threaded-12345678.wasm', 'assets/lib-12345678.js'];
  const others = ['models/vad/vad.onnx', 'models/llm/llm.gguf.part1-0123', 'models/README.md'];
  for (const name of [...wanted, ...others, '_headers']) await write(name);
  for (const name of later) await write(name, LARGE);
  const files = await listShellFiles(folder);
  const named = (isLater: boolean): string[] =>
    files.filter((file) => (file.isLater ?? false) === isLater).map(({ url }) => url);
  expect(named(false).sort()).toEqual([...wanted].sort());
  expect(named(true).sort()).toEqual([...later].sort());
  const digest = createHash('sha256').update('index.html').digest('base64');
  expect(files).toContainEqual({ url: 'index.html', integrity: `sha256-${digest}` });
});

test('are refused when one of the first cannot do without one of the later', async () => {
  await write('assets/lib-12345678.js', LARGE);
  const worker = 'assets/speak.worker-12345678.js';
  await write(worker, 'const load = () => import("./lib-12345678.js");');
  await expect(listShellFiles(folder)).resolves.toHaveLength(2);
  await write(worker, 'import{t as e}from"./lib-12345678.js";');
  await expect(listShellFiles(folder)).rejects.toThrow(
    'assets/lib-12345678.js is too large for the shell',
  );
});

test('are refused when one is as large as a model', async () => {
  await write('assets/voice.worker-12345678.js', new Uint8Array(3 * 1024 * 1024));
  await expect(listShellFiles(folder)).rejects.toThrow(
    'assets/voice.worker-12345678.js is too large',
  );
});
