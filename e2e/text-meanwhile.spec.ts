// A typed question on a slow line: its answer does not wait for what speaking needs.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { ensureBuild } from '../scripts/lib/build.mjs';
import { listFiles } from '../scripts/lib/files.mjs';
import { DIST_DIR, MODELS_DIR } from '../scripts/lib/paths.mjs';
import { startModelServer } from '../test/support/model-server.ts';
import type { ModelServer } from '../test/support/model-server.ts';
import { openAppPage } from './support/app-page.ts';
import type { AppPage } from './support/app-page.ts';

const MIB = 1024 ** 2;
const ANSWER_MS = 120_000;
/** Of one request; three are under way at a time. */
const SLOW_BYTES_PER_SECOND = 3 * MIB;
/** Everything that a spoken conversation on this device needs. */
const MODELS = [
  ...['silero-vad', 'moonshine-tiny-en', 'smart-turn-v3.2', 'smollm2-135m-instruct'],
  ...['kokoro-82m', 'kokoro-voices-en', 'english-phonemes'],
];
const TYPES = new Map([
  ['.html', 'text/html'],
  ['.js', 'text/javascript'],
  ['.css', 'text/css'],
  ['.json', 'application/json'],
]);

let server: ModelServer;
let app: AppPage | null = null;
let bytesPerSecond = Infinity;

test.describe.configure({ timeout: 2 * ANSWER_MS });
test.beforeAll(ensureBuild);
test.beforeEach(async () => {
  bytesPerSecond = Infinity;
  const files = new Map<string, Uint8Array>();
  for (const file of await listFiles(DIST_DIR)) {
    files.set(`/${path.relative(DIST_DIR, file)}`, await readFile(file));
  }
  for (const id of MODELS) {
    for (const file of await listFiles(path.join(MODELS_DIR, id))) {
      files.set(`/models/${path.relative(MODELS_DIR, file)}`, await readFile(file));
    }
  }
  server = await startModelServer({
    files,
    get bytesPerSecond() {
      return bytesPerSecond;
    },
    typeOf: (name) => TYPES.get(path.extname(name)) ?? 'application/octet-stream',
  });
});

test.afterEach(async () => {
  await app?.close();
  app = null;
  await server.close();
});

/** Bytes of a model that were sent so far. */
const sentBytesOf = (modelId: string): number =>
  server.requests
    .filter(({ path: name }) => name.startsWith(`/models/${modelId}/`))
    .reduce((sum, { sentBytes }) => sum + sentBytes, 0);

test('a typed question is answered while larger models are still on their way', async () => {
  app = await openAppPage({ at: `${server.origin}/index.html`, query: 'tts=kokoro' });
  const { page } = app;
  await expect(page.getByRole('row', { name: /Together/u })).toBeVisible();
  bytesPerSecond = SLOW_BYTES_PER_SECOND;
  await page.getByRole('button', { name: 'Start' }).click();
  // All models are under way by now, the language model no more than others.
  await expect.poll(() => sentBytesOf('kokoro-82m'), { timeout: 60_000 }).toBeGreaterThan(0);
  await page.getByLabel('Your message').fill('What is the capital of France?');
  await page.getByRole('button', { name: 'Send' }).click();
  const log = page.getByRole('log', { name: 'Conversation' });
  await expect(log).toContainText('Paris', { timeout: ANSWER_MS });
  const voice = { sent: sentBytesOf('kokoro-82m'), all: await bytesOf('kokoro-82m') };
  const mind = {
    sent: sentBytesOf('smollm2-135m-instruct'),
    all: await bytesOf('smollm2-135m-instruct'),
  };
  process.stdout.write(
    `at the answer: ${mind.sent} of ${mind.all} bytes of the language model, ${voice.sent} of ${voice.all} of the voice\n`,
  );
  expect(mind.sent).toBe(mind.all);
  expect(voice.sent).toBeLessThan(0.5 * voice.all);
  await expect(page.getByText(/ of \d+ MB, \d+ %, .* left$/u)).toBeVisible();
  bytesPerSecond = Infinity;
  await expect(page.getByRole('alert')).toContainText(/microphone/iu, { timeout: ANSWER_MS });
  expect(sentBytesOf('kokoro-82m')).toBe(voice.all);
});

/** Of its files, but for what the command that fetches them notes. */
async function bytesOf(modelId: string): Promise<number> {
  const files = await listFiles(path.join(MODELS_DIR, modelId));
  const contents = await Promise.all(
    files.filter((file) => !path.basename(file).startsWith('.')).map((file) => readFile(file)),
  );
  return contents.reduce((sum, { length }) => sum + length, 0);
}
