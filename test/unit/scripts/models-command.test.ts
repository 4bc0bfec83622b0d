// `npm run models -- add`, as it is typed, in a checkout of its own and from a server on this machine. Node.
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, readdir, rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand } from '../../../scripts/lib/command.mjs';
import { ROOT } from '../../../scripts/lib/paths.mjs';
import { parseCatalog } from '../../../src/models/parse-catalog.ts';

const FILES = new Map([
  ['/voice.onnx', Buffer.alloc(3 << 20, 7)],
  ['/voice.onnx.json', Buffer.from('{}')],
]);
const server = createServer(({ url = '' }, response) => {
  const content = FILES.get(url);
  response.writeHead(content === undefined ? 404 : 200, {
    'Content-Type': 'application/octet-stream',
    'Content-Length': content?.length ?? 0,
  });
  const half = (content?.length ?? 0) >> 1;
  response.write(content?.subarray(0, half) ?? '');
  // Longer than the progress bar waits between two drawings.
  setTimeout(() => response.end(content?.subarray(half)), 300);
});
let origin = '';
let root = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  root = await mkdtemp(path.join(tmpdir(), 'parley-checkout-'));
  const parts = ['scripts', 'src/core', 'src/models', 'public/models', 'package.json'];
  for (const part of parts) {
    await mkdir(path.dirname(path.join(root, part)), { recursive: true });
    await cp(path.join(ROOT, part), path.join(root, part), { recursive: true });
  }
  await symlink(path.join(ROOT, 'node_modules'), path.join(root, 'node_modules'), 'junction');
});
afterAll(async () => {
  server.close();
  await rm(root, { recursive: true });
});

const add = (...args: readonly string[]) =>
  runCommand(process.execPath, [path.join(root, 'scripts', 'models.mjs'), 'add', ...args]);
const readText = (): Promise<string> =>
  readFile(path.join(root, 'public', 'models', 'catalog.json'), 'utf8');

test('adds a model of several files, and says how far it is', async () => {
  const before = parseCatalog(JSON.parse(await readText()));
  const urls = [...FILES.keys()].map((name) => `${origin}${name}`);
  const flags = ['--id', 'own-voice', '--task', 'tts', '--licence', 'CC0-1.0', '--language', 'de'];
  const { code, output } = await add(...urls, ...flags);
  expect(output).toMatch(/[5-9]\d % {2}.+ of 3\.1 MB/u);
  expect(output).toContain('own-voice/voice.onnx.json  2 B');
  expect(output).toContain('models: own-voice added to the catalogue.');
  expect(code).toBe(0);
  const after = parseCatalog(JSON.parse(await readText()));
  expect(after.models.slice(0, -1)).toEqual(before.models);
  expect(after.models.at(-1)).toMatchObject({
    ...{ id: 'own-voice', task: 'tts', licence: 'CC0-1.0', languages: ['de'], preload: false },
    files: [...FILES].map(([name, content]) => ({
      name: name.slice(1),
      bytes: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
    })),
  });
  const names = await readdir(path.join(root, '.models', 'own-voice'));
  expect(names.sort()).toEqual(['voice.onnx', 'voice.onnx.json']);
});

test('writes no entry that the app would refuse, and says what is wrong', async () => {
  const before = await readText();
  const flags = ['--id', 'nameless', '--task', 'vad', '--licence', 'MIT', '--name', ''];
  const { code, output } = await add(`${origin}/voice.onnx`, ...flags);
  expect(code).toBe(1);
  expect(output).toMatch(/models\.\d+\.name: must not be empty/u);
  expect(await readText()).toBe(before);
});
