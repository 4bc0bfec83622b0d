// Models on the device of a real browser that is killed, has no room, allows no storage, or whose disk errs.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import type { Frame, Page } from '@playwright/test';
import { ensureBuild } from '../scripts/lib/build.mjs';
import { DIST_DIR, MODELS_DIR } from '../scripts/lib/paths.mjs';
import { listFiles } from '../scripts/lib/files.mjs';
import { startModelServer } from '../test/support/model-server.ts';
import type { ModelServer } from '../test/support/model-server.ts';
import { startOpenAiServer } from '../test/support/openai-server.ts';
import type { OpenAiServer } from '../test/support/openai-server.ts';
import { launchKillable } from './support/killable-browser.ts';
import type { KillableBrowser } from './support/killable-browser.ts';

const MIB = 1024 ** 2;
/** One request's worth: what a kill may cost (docs/model-store.md). */
const CHUNK_BYTES = 4 * MIB;
/** Of one request: slow enough to be killed in the midst of, and for little to be on its way then. */
const SLOW_BYTES_PER_SECOND = 2 * MIB;
/** What the app needs to answer in words, with an endpoint for its mind: 39 MB in four files. */
const MODELS = ['silero-vad', 'moonshine-tiny-en', 'smart-turn-v3.2'];
/** A voice that it does not need: 22 MB. */
const VOICE = 'flite-en';
const ANSWER_MS = 30_000;

let endpoint: OpenAiServer;
let server: ModelServer;
let outer: ModelServer | null = null;
let profile = '';
let browser: KillableBrowser | null = null;
let modelBytes = 0;
let bytesPerSecond = Infinity;

test.beforeAll(ensureBuild);
test.beforeEach(async () => {
  bytesPerSecond = Infinity;
  endpoint = await startOpenAiServer();
  const models = await readFolders(
    [...MODELS, VOICE].map((id) => path.join(MODELS_DIR, id)),
    MODELS_DIR,
  );
  modelBytes = [...models].reduce(
    (sum, [name, { length }]) => sum + (isModel(name) ? length : 0),
    0,
  );
  const app = await readFolders([DIST_DIR], DIST_DIR);
  const atModels = [...models].map(([name, bytes]) => [`/models${name}`, bytes] as const);
  // Without its service worker: what is kept here is the model store's.
  app.delete('/service-worker.js');
  server = await startModelServer({
    files: new Map([...app, ...atModels]),
    get bytesPerSecond() {
      return bytesPerSecond;
    },
    typeOf: (name) => TYPES.get(path.extname(name)) ?? 'application/octet-stream',
  });
  profile = await mkdtemp(path.join(tmpdir(), 'parley-profile-'));
});

test.afterEach(async () => {
  await browser?.kill();
  browser = null;
  await server.close();
  await outer?.close();
  outer = null;
  await endpoint.close();
  await rm(profile, { recursive: true, force: true, maxRetries: 5 });
});

const TYPES = new Map([
  ['.html', 'text/html'],
  ['.js', 'text/javascript'],
  ['.css', 'text/css'],
  ['.json', 'application/json'],
]);

/** Contents by address below `base`. */
async function readFolders(folders: readonly string[], base: string) {
  const files = new Map<string, Uint8Array>();
  for (const folder of folders) {
    for (const file of await listFiles(folder)) {
      files.set(`/${path.relative(base, file)}`, await readFile(file));
    }
  }
  return files;
}

async function visit(): Promise<Page> {
  browser = await launchKillable(profile);
  return browser.page;
}

function appUrl(voice = 'none'): string {
  return `${server.origin}/index.html?tts=${voice}&llm=${endpoint.baseUrl}&model=normal`;
}

async function open(page: Page, voice = 'none'): Promise<void> {
  await page.goto(appUrl(voice));
}

/** The app in a frame of another site: the address of one machine by another name. */
async function openInFrame(page: Page): Promise<Frame> {
  const html = `<!doctype html><iframe src="${appUrl().replaceAll('&', '&amp;')}" width="1000" height="700"></iframe>`;
  outer = await startModelServer({
    files: new Map([['/outer.html', new TextEncoder().encode(html)]]),
    typeOf: () => 'text/html',
  });
  await page.goto(`${outer.origin.replace('127.0.0.1', 'localhost')}/outer.html`);
  const frame = page.frames()[1];
  if (frame === undefined) throw new Error('There is no frame.');
  await frame.waitForLoadState();
  return frame;
}

/** What a person who blocks all cookies has: the browser then refuses every kind of storage. */
async function forbidStorage(): Promise<void> {
  const content = { profile: { default_content_setting_values: { cookies: 2 } } };
  await mkdir(path.join(profile, 'Default'));
  await writeFile(path.join(profile, 'Default', 'Preferences'), JSON.stringify(content));
}

/** Loads the models; there is no microphone to open. */
async function load(page: Page | Frame): Promise<void> {
  await page.getByRole('button', { name: 'Start' }).click();
}

/** Everything was loaded, and an answer comes. */
async function expectAnswer(page: Page | Frame): Promise<void> {
  await expect(page.getByRole('alert')).toContainText(/microphone/iu, { timeout: ANSWER_MS });
  await page.getByLabel('Your message').fill('Hello');
  await page.getByRole('button', { name: 'Send' }).click();
  const log = page.getByRole('log', { name: 'Conversation' });
  await expect(log).toContainText('Hello there.', { timeout: ANSWER_MS });
}

const isModel = (name: string): boolean => name.endsWith('.onnx');

/** Of models, so far. */
const sentBytes = (): number =>
  server.requests.reduce((sum, each) => sum + (isModel(each.path) ? each.sentBytes : 0), 0);

/** Bytes of models that were sent more than once so far. */
function sentTwiceBytes(): number {
  const byPath = new Map<string, [number, number][]>();
  for (const { path: name, start, sentBytes: bytes } of server.requests.filter((each) =>
    isModel(each.path),
  )) {
    byPath.set(name, [...(byPath.get(name) ?? []), [start, start + bytes]]);
  }
  let onceBytes = 0;
  for (const spans of byPath.values()) {
    let end = 0;
    for (const [from, to] of spans.sort(([left], [right]) => left - right)) {
      onceBytes += Math.max(0, to - Math.max(from, end));
      end = Math.max(end, to);
    }
  }
  return sentBytes() - onceBytes;
}

/** Files of the store on the device. */
function storedFiles(page: Page | Frame): Promise<string[]> {
  return page.evaluate(async () => {
    const names: string[] = [];
    const top = await navigator.storage.getDirectory();
    const root = await top.getDirectoryHandle('parley-models', { create: true });
    for await (const folder of root.values()) {
      if (!(folder instanceof FileSystemDirectoryHandle)) continue;
      for await (const name of folder.keys()) names.push(name);
    }
    return names;
  });
}

test('a browser that is killed three times in a download fetches less than a request twice each time', async () => {
  const losses: number[] = [];
  bytesPerSecond = SLOW_BYTES_PER_SECOND;
  for (const [kills, share] of [0.25, 0.5, 0.75].entries()) {
    const page = await visit();
    await open(page);
    await load(page);
    const beforeBytes = sentTwiceBytes();
    await expect
      .poll(sentBytes, { timeout: ANSWER_MS, intervals: [20] })
      .toBeGreaterThan(share * modelBytes);
    if (kills > 0) losses.push(sentTwiceBytes() - beforeBytes);
    await browser?.kill();
  }
  bytesPerSecond = Infinity;
  const page = await visit();
  await open(page);
  await load(page);
  await expectAnswer(page);
  losses.push(sentTwiceBytes() - losses.reduce((sum, each) => sum + each, 0));
  process.stdout.write(`fetched twice, by kill: ${losses.join(', ')} bytes of ${modelBytes}\n`);
  for (const loss of losses) expect(loss).toBeLessThanOrEqual(CHUNK_BYTES);
  expect(await storedFiles(page)).toHaveLength(4);
});

test('a pause outlasts the visit, is said at the next one, and one click goes on from what is kept', async () => {
  bytesPerSecond = SLOW_BYTES_PER_SECOND;
  const page = await visit();
  await open(page);
  await load(page);
  await expect
    .poll(sentBytes, { timeout: ANSWER_MS, intervals: [20] })
    .toBeGreaterThan(0.4 * modelBytes);
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByText(/, paused$/u)).toBeVisible();
  await browser?.close();
  const pausedBytes = sentBytes();
  bytesPerSecond = Infinity;
  const next = await visit();
  await open(next);
  const notice = next.getByRole('alert').locator('section', { hasText: 'Downloads are paused' });
  await expect(notice).toContainText(/You paused them at an earlier visit\. \d+ MB of 39 MB/u);
  // Also what asks for models waits.
  await next.getByLabel('Your message').fill('Hello');
  await next.getByRole('button', { name: 'Send' }).click();
  await load(next);
  await expect(next.getByText(/ of 39 MB, \d+ %, paused$/u)).toBeVisible();
  expect(sentBytes()).toBe(pausedBytes);
  await notice.getByRole('button', { name: 'Continue' }).click();
  await expect(notice).toHaveCount(0);
  await expectAnswer(next);
  process.stdout.write(`fetched twice after a pause: ${sentTwiceBytes()} bytes\n`);
  expect(sentTwiceBytes()).toBeLessThanOrEqual(CHUNK_BYTES);
  await browser?.close();
  const last = await visit();
  await open(last);
  await expect(last.getByText('all of them are on this device')).toBeVisible();
  await expect(last.getByRole('alert').locator('section')).toHaveCount(0);
});

test('a flipped byte costs one block', async () => {
  const page = await visit();
  await open(page);
  await load(page);
  await expectAnswer(page);
  expect(sentBytes()).toBe(modelBytes);
  // Engines have their files; the store has closed its own.
  await page.evaluate(async () => {
    const top = await navigator.storage.getDirectory();
    const root = await top.getDirectoryHandle('parley-models');
    const folder = await root.getDirectoryHandle('smart-turn-v3.2');
    const handle = await folder.getFileHandle('smart-turn-v3.2-cpu.onnx');
    const position = 5_000_000;
    const old = new Uint8Array(
      await (await handle.getFile()).slice(position, position + 1).arrayBuffer(),
    );
    const writable = await handle.createWritable({ keepExistingData: true });
    await writable.write({ type: 'write', position, data: new Uint8Array([(old[0] ?? 0) ^ 1]) });
    await writable.close();
  });
  await browser?.close();
  const next = await visit();
  await open(next);
  await load(next);
  await expectAnswer(next);
  process.stdout.write(`fetched twice after a flipped byte: ${sentTwiceBytes()} bytes\n`);
  expect(sentTwiceBytes()).toBe(MIB);
});

test('without room the models stay in memory, and the page says so', async () => {
  const page = await visit();
  const session = await page.context().newCDPSession(page);
  await session.send('Storage.overrideQuotaForOrigin', {
    origin: server.origin,
    quotaSize: 2 * MIB,
  });
  await open(page);
  await load(page);
  await expectAnswer(page);
  await expect(page.getByText('This device has no room for the models')).toBeVisible();
  expect(sentBytes()).toBe(modelBytes);
  expect(await storedFiles(page)).toEqual([]);
});

test('without room it offers to delete what was unused for longest, and goes on onto the device', async () => {
  const page = await visit();
  await open(page, 'flite');
  await load(page);
  await expectAnswer(page);
  expect(await storedFiles(page)).toContain('flite.wasm');
  await page.evaluate(async () => {
    const root = await (await navigator.storage.getDirectory()).getDirectoryHandle('parley-models');
    await root.removeEntry('moonshine-tiny-en', { recursive: true });
  });
  await browser?.close();
  bytesPerSecond = SLOW_BYTES_PER_SECOND;
  const next = await visit();
  await open(next);
  const usedBytes = await next.evaluate(async () => (await navigator.storage.estimate()).usage);
  // Chromium gives a file that grows the next power of two: 32 MiB for one of 20 MB.
  const quotaSize = (usedBytes ?? 0) + 30 * MIB;
  const session = await next.context().newCDPSession(next);
  await session.send('Storage.overrideQuotaForOrigin', { origin: server.origin, quotaSize });
  await open(next);
  const beforeBytes = sentBytes();
  await load(next);
  const notice = next.getByRole('alert').locator('section', { hasText: 'has no room' });
  await expect(notice).toContainText(/flite-en \(22 MB\)\. Deleting them frees 22 MB/u);
  await expect
    .poll(sentBytes, { timeout: ANSWER_MS, intervals: [20] })
    .toBeGreaterThan(beforeBytes + 8 * MIB);
  expect(await storedFiles(next)).toContain('flite.wasm');
  await notice.getByRole('button', { name: 'Delete them' }).click();
  await expectAnswer(next);
  await expect(notice).toHaveCount(0);
  const files = await storedFiles(next);
  expect(files).toHaveLength(4);
  expect(files).not.toContain('flite.wasm');
  await browser?.close();
  const last = await visit();
  const allBytes = sentBytes();
  await open(last);
  await load(last);
  await expectAnswer(last);
  expect(sentBytes()).toBe(allBytes);
});

test('where the browser forbids storage, the models stay in memory, and the page says so', async () => {
  await forbidStorage();
  const page = await visit();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  await open(page);
  const refusal = await page.evaluate(() =>
    navigator.storage.getDirectory().then(() => '', String),
  );
  expect(refusal).toContain('SecurityError');
  await load(page);
  await expectAnswer(page);
  await expect(page.getByText('Models are not kept on this device')).toBeVisible();
  expect(sentBytes()).toBe(modelBytes);
  expect(complaints).toEqual([]);
});

test('in a frame of another site the models are kept for that site alone', async () => {
  const page = await visit();
  const frame = await openInFrame(page);
  await load(frame);
  await expectAnswer(frame);
  expect(await storedFiles(frame)).toHaveLength(4);
  // The same app as a page of its own has a store of its own.
  const alone = await page.context().newPage();
  await open(alone);
  expect(await storedFiles(alone)).toEqual([]);
});

test('in a frame that is allowed no storage, the models stay in memory', async () => {
  await forbidStorage();
  const page = await visit();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  const frame = await openInFrame(page);
  await load(frame);
  await expectAnswer(frame);
  await expect(frame.getByText('Models are not kept on this device')).toBeVisible();
  expect(sentBytes()).toBe(modelBytes);
  expect(complaints).toEqual([]);
});
