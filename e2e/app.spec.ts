// The app as a visitor meets it: what is shown before a download, typing, speaking, and what goes wrong.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import type { MetricsReport } from '../src/metrics.ts';
import { LIBRARIES } from '../src/browser/required-libraries.ts';
import { ensureBuild } from '../scripts/lib/build.mjs';
import { DIST_DIR, MODELS_DIR } from '../scripts/lib/paths.mjs';
import { startAudioServer } from '../test/support/audio-server.ts';
import { startOpenAiServer } from '../test/support/openai-server.ts';
import type { OpenAiServer } from '../test/support/openai-server.ts';
import { openAppPage } from './support/app-page.ts';
import { startDyingEndpoint } from './support/dying-endpoint.ts';
import type { AppPage, AppPageOptions } from './support/app-page.ts';
import { playedPeak } from './support/sound.ts';
import { QUESTION_FILE } from './support/spoken-question.ts';

/** Loading and answering on a slow machine. */
const ANSWER_MS = 120_000;
const VAD_FILE = 'silero-vad/silero_vad_v5.onnx';

let app: AppPage | null = null;
let endpoint: OpenAiServer;

test.describe.configure({ timeout: 2 * ANSWER_MS });
test.beforeAll(async () => {
  await ensureBuild();
  endpoint = await startOpenAiServer();
});
test.afterAll(() => endpoint.close());
test.afterEach(async () => {
  await app?.close();
  app = null;
});

async function open(options: AppPageOptions): Promise<Page> {
  app = await openAppPage(options);
  return app.page;
}

/** Answers from a server of this test, by the name of one of its models. */
const remote = (model: string): string => `tts=none&llm=${endpoint.baseUrl}&model=${model}`;
const log = (page: Page) => page.getByRole('log', { name: 'Conversation' });
const notice = (page: Page, title: string) =>
  page.getByRole('alert').locator('section', { hasText: title });

/** An address where nothing listens any more. */
async function closedUrl(): Promise<string> {
  const closed = await startOpenAiServer();
  await closed.close();
  return closed.baseUrl;
}

async function type(page: Page, text: string): Promise<void> {
  await page.getByLabel('Your message').fill(text);
  await page.getByRole('button', { name: 'Send' }).click();
}

test('shows what will be loaded before it loads anything', async () => {
  const requested: string[] = [];
  const page = await open({});
  page.on('request', (request) => requested.push(request.url()));
  const table = page.getByRole('table', { name: 'Start loads these models into this page' });
  await expect(table.getByRole('row', { name: /Moonshine/u })).toContainText('MIT');
  await expect(table.getByRole('row', { name: /Moonshine/u })).toContainText('28 MB');
  await expect(table.getByRole('row', { name: /Together/u })).toContainText(/\d{3} MB/u);
  await expect(page.getByRole('button', { name: 'Start' })).toBeEnabled();
  expect(requested.filter((url) => /\.(?:onnx|gguf|bin)$/u.test(url))).toEqual([]);
  expect(app?.complaints).toEqual([]);
});

test('answers a typed question on this device, without a microphone and without another host', async () => {
  const page = await open({ query: 'tts=none' });
  await type(page, 'What is the capital of France?');
  await expect(page.getByText('Waiting for the agent to be ready.')).toBeVisible();
  await expect(log(page)).toContainText('What is the capital of France?', { timeout: ANSWER_MS });
  await expect(log(page)).toContainText('Paris', { timeout: ANSWER_MS });
  expect([...(app?.hosts ?? [])]).toEqual([new URL(page.url()).host]);
  expect(app?.complaints).toEqual([]);
});

test('captions and answers a spoken question, and shows how long its turn took', async () => {
  const page = await open({ query: remote('normal'), microphone: { file: QUESTION_FILE } });
  await page.getByRole('button', { name: 'Start' }).click();
  await expect(log(page)).toContainText(/capital/iu, { timeout: ANSWER_MS });
  await expect(log(page)).toContainText('Hello there.', { timeout: ANSWER_MS });
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByText('Timings of your turns').click();
  const waterfall = page.getByRole('img', {
    name: /^Waterfall\. Turn taken \d+ ms after your last/u,
  });
  await expect(waterfall).toBeVisible();
  // In seconds on a slow machine.
  await expect(page.getByRole('row', { name: /Words recognised/u }).first()).toContainText(
    /\d m?s/u,
  );
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(page.getByRole('button', { name: 'Start talking' })).toBeVisible();
  await type(page, 'And of Spain?');
  await expect(page.getByText('Turn 2 of 2')).toBeVisible({ timeout: ANSWER_MS });
  await page.getByRole('button', { name: 'Earlier' }).click();
  await expect(page.getByText('Turn 1 of 2')).toBeVisible();
  await expect(waterfall).toBeVisible();
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save all turns as JSON' }).click();
  const report = JSON.parse(readFileSync(await (await saved).path(), 'utf8')) as MetricsReport;
  expect(report).toMatchObject({ version: 1, turns: [{ turnId: 't1' }, { turnId: 'k1' }] });
  expect(report.summary.map(({ stage }) => stage)).toContain('transcription');
  expect(app?.complaints).toEqual([]);
});

for (const [microphone, title] of [
  ['denied', 'The microphone is blocked'],
  ['missing', 'No microphone was found'],
] as const) {
  test(`goes on by typing when the microphone is ${microphone}`, async () => {
    const page = await open({ query: remote('normal'), microphone });
    await page.getByRole('button', { name: 'Start' }).click();
    await expect(notice(page, title)).toContainText('You can go on by typing.', {
      timeout: ANSWER_MS,
    });
    await type(page, 'Hello');
    await expect(log(page)).toContainText('Hello there.', { timeout: ANSWER_MS });
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await expect(notice(page, title)).toHaveCount(0);
  });
}

test('names a model file that is cut short', async () => {
  const whole = readFileSync(path.join(MODELS_DIR, VAD_FILE));
  const brokenModels = { [VAD_FILE]: whole.subarray(0, 100_000) };
  const page = await open({ query: remote('normal'), brokenModels });
  await page.getByRole('button', { name: 'Start' }).click();
  await expect(notice(page, 'A model')).toContainText('silero_vad_v5.onnx', { timeout: ANSWER_MS });
});

test('names a model file that is a page instead', async () => {
  const brokenModels = { [VAD_FILE]: '<!doctype html><title>Not found</title>' };
  const page = await open({ query: remote('normal'), brokenModels });
  await page.getByRole('button', { name: 'Start' }).click();
  await expect(notice(page, 'A model')).toContainText('silero_vad_v5.onnx', { timeout: ANSWER_MS });
});

test('says that an endpoint cannot be reached, and goes on with another', async () => {
  const url = await closedUrl();
  const page = await open({ query: `tts=none&llm=${url}&model=m` });
  await type(page, 'Hello');
  await expect(notice(page, 'The language model could not be reached')).toContainText(
    new URL(url).host,
    { timeout: ANSWER_MS },
  );
  await page.getByRole('button', { name: 'Open settings' }).click();
  const form = page.getByRole('form', { name: 'Endpoint of the language model' });
  await form.getByLabel('Address, up to the version').fill(endpoint.baseUrl);
  await form.getByLabel('Model name').fill('normal');
  await form.getByRole('button', { name: 'Use this endpoint' }).click();
  await type(page, 'Hello again');
  await expect(log(page)).toContainText('Hello there.', { timeout: ANSWER_MS });
});

test('hears and speaks by endpoints that a visitor names, and says what leaves', async () => {
  const audio = await startAudioServer();
  const microphone = { file: QUESTION_FILE };
  const page = await open({ query: remote('normal'), microphone });
  await page.getByRole('button', { name: 'Settings' }).click();
  const models = { Recogniser: 'plain', 'Voice of the agent': 'tone' };
  for (const [label, model] of Object.entries(models)) {
    await page.getByRole('combobox', { name: label }).selectOption('OpenAI-compatible endpoint');
    const name = label === 'Recogniser' ? 'Endpoint of the recogniser' : 'Endpoint of the voice';
    const form = page.getByRole('form', { name });
    await form.getByLabel('Address, up to the version').fill(audio.baseUrl);
    await form.getByLabel('Model name').fill(model);
    await form.getByRole('button', { name: 'Use this endpoint' }).click();
  }
  const { host } = new URL(audio.baseUrl);
  const now = page.getByText(/^Now: /u);
  await expect(now).toContainText(`audio of what you say goes to ${host}, text goes to`);
  await expect(now).toContainText(`what the agent says goes as text to ${host}.`);
  await page.getByRole('button', { name: 'Start' }).click();
  await expect(log(page)).toContainText('He was not.', { timeout: ANSWER_MS });
  await expect(log(page)).toContainText('Hello there.', { timeout: ANSWER_MS });
  // The endpoint's voice is a tone of 0.3.
  await expect.poll(() => playedPeak(page), { timeout: ANSWER_MS }).toBeGreaterThan(0.2);
  const paths = new Set(audio.requests.map((request) => request.path));
  expect([...paths].toSorted()).toEqual(['/v1/audio/speech', '/v1/audio/transcriptions']);
  expect(audio.requests.map(({ fields }) => fields['voice'])).toContain('alloy');
  await audio.close();
});

test('keeps what an endpoint said before it died, says so, and goes on', async () => {
  const dying = await startDyingEndpoint('The first half of');
  const page = await open({ query: `tts=none&llm=${dying.baseUrl}&model=m` });
  await type(page, 'One');
  await expect(notice(page, 'The answer was cut short')).toBeVisible({ timeout: ANSWER_MS });
  await expect(log(page)).toContainText('The first half of');
  await type(page, 'Two');
  await expect(log(page)).toContainText('Two', { timeout: ANSWER_MS });
  await dying.close();
});

test('shows markup as text', async () => {
  const page = await open({ query: remote('normal') });
  await type(page, '<img src=x onerror="document.title=1"> [link](https://example.org)');
  await expect(log(page)).toContainText('<img src=x onerror=', { timeout: ANSWER_MS });
  await expect(page.locator('main img, main a[href*="example"]')).toHaveCount(0);
  expect(await page.title()).toBe('Parley');
});

test('keeps models on the device, says so, and deletes one', async () => {
  const page = await open({ query: 'tts=none' });
  await type(page, 'What is the capital of France?');
  await expect(log(page)).toContainText('Paris', { timeout: ANSWER_MS });
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByText('Models on this device').click();
  // To answer in words nothing else is needed.
  await expect(page.getByRole('button', { name: /^Delete/u })).toHaveCount(1);
  const row = page.getByRole('row', { name: /SmolLM2.*98 MB/u });
  await expect(row).toBeVisible();
  await row.getByRole('button', { name: /^Delete SmolLM2/u }).click();
  await expect(page.getByText('None is kept.')).toBeVisible();
  expect(app?.complaints).toEqual([]);
});

test('says which engine each stage has and why, and keeps another choice', async () => {
  const page = await open({});
  const why = page.locator('.choice', { hasText: 'Voice of the agent' });
  await page.getByRole('button', { name: 'Settings' }).click();
  await expect(page.getByText(/^This device: \d+ cores?; shared memory/u)).toBeVisible();
  await expect(page.getByLabel('Voice of the agent')).toHaveValue('kokoro');
  await expect(page.locator('.choice', { hasText: 'Recogniser' })).toContainText('Moonshine tiny');
  await page.getByLabel('Voice of the agent').selectOption('piper');
  await expect(why).toContainText('Named here');
  await page.reload();
  const table = page.getByRole('table', { name: 'Start loads these models into this page' });
  await expect(table.getByRole('row', { name: /Piper/u })).toBeVisible();
  await expect(table.getByRole('row', { name: /Kokoro/u })).toHaveCount(0);
  await page.getByRole('button', { name: 'Settings' }).click();
  await expect(page.getByLabel('Voice of the agent')).toHaveValue('piper');
  expect(app?.complaints).toEqual([]);
});

test('speaks with the light voice while the better one comes, and says what became of it', async () => {
  const page = await open({ query: `${remote('normal')}&tts=auto`.replace('tts=none&', '') });
  const table = page.getByRole('table', { name: 'Start loads these models into this page' });
  await expect(table.getByRole('row', { name: /Kokoro 82M/u })).toContainText(
    'Comes while you talk',
  );
  await page.getByRole('button', { name: 'Start' }).click();
  const line = page.locator('.later [role=status]');
  await expect(line).toContainText(/speaks for now|from now on|goes on speaking/u, {
    timeout: ANSWER_MS,
  });
  await expect(line).toContainText(/from now on|goes on speaking/u, { timeout: ANSWER_MS });
  await expect(line).toContainText(/it took \d\.\d\d s for a second of speech/u);
  await type(page, 'Hello');
  await expect(log(page)).toContainText('Hello there.', { timeout: ANSWER_MS });
  await expect(line).toBeHidden({ timeout: ANSWER_MS });
  expect(app?.complaints).toEqual([]);
});

test('asks before it fetches another engine in mid-conversation, and answers with it from the next turn on', async () => {
  const query = `${remote('normal')}&tts=flite`.replace('tts=none&', '');
  const page = await open({ query, microphone: { file: QUESTION_FILE } });
  // Not requests: the service worker looks into the browser's cache alone, where nothing answers.
  const answered: string[] = [];
  page.context().on('response', (response) => answered.push(new URL(response.url()).pathname));
  const fetchesOf = (name: string) => answered.filter((each) => each.includes(name));
  const answers = page.getByRole('log').getByText('Hello there.');
  await page.getByRole('button', { name: 'Start' }).click();
  await expect(answers).toHaveCount(1, { timeout: ANSWER_MS });

  await page.getByRole('button', { name: 'Settings' }).click();
  const mind = page.getByRole('combobox', { name: 'Language model' });
  const small = mind.locator('option', { hasText: /^SmolLM2.* · 98 MB, Apache-2\.0$/u });
  const smallId = (await small.getAttribute('value')) ?? '';
  await mind.selectOption(smallId);
  const consent = page.getByRole('dialog', { name: 'Fetch 98 MB for this change?' });
  const row = consent.getByRole('row', { name: /SmolLM2/u });
  await expect(row).toContainText(`Thinks of the answer. From ${new URL(page.url()).host}.`);
  await expect(row).toContainText('Apache-2.0');
  await type(page, 'Hello');
  await expect(answers).toHaveCount(2, { timeout: ANSWER_MS });
  await consent.getByRole('button', { name: 'Keep the present one' }).click();
  await expect(consent).toBeHidden();
  await expect(mind).toHaveValue('endpoint');
  await mind.selectOption(smallId);
  expect(fetchesOf(smallId)).toEqual([]);
  await consent.getByRole('button', { name: 'Fetch 98 MB' }).click();
  await expect(mind).toHaveValue(smallId);
  await type(page, 'How many days has a week?');
  await page.getByText('Timings of your turns').click();
  // By whom, the report says: a small model may well repeat the answers that it reads.
  await expect(page.getByText('Turn 3 of 3')).toBeVisible({ timeout: ANSWER_MS });
  expect(fetchesOf(smallId).length).toBeGreaterThan(0);

  const voice = page.getByRole('combobox', { name: 'Voice of the agent' });
  await voice.selectOption('piper');
  await page.getByRole('button', { name: /^Fetch 6\d MB$/u }).click();
  await page.getByText('What this page runs on').click();
  const speaks = page.getByRole('row', { name: /^Speaks/u });
  await expect(speaks).toContainText('piper', { timeout: ANSWER_MS });

  // A library is asked for like a model.
  await page.getByText('More', { exact: true }).click();
  await page.getByLabel('Words are pronounced by').selectOption('espeak');
  const library = page.getByRole('dialog', { name: 'Fetch 1.3 MB for this change?' });
  await expect(library.getByRole('row', { name: /eSpeak NG/u })).toContainText('GPL-3.0-or-later');
  expect(fetchesOf('phonemizer')).toEqual([]);
  await library.getByRole('button', { name: 'Fetch 1.3 MB' }).click();
  await expect.poll(() => fetchesOf('phonemizer'), { timeout: ANSWER_MS }).not.toEqual([]);

  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save all turns as JSON' }).click();
  const report = JSON.parse(readFileSync(await (await saved).path(), 'utf8')) as MetricsReport;
  expect(report.turns.map(({ llm }) => llm.model)).toEqual(['normal', 'normal', smallId]);
  expect(app?.complaints).toEqual([]);
});

test('says of libraries at least what the build has of them', () => {
  const folder = path.join(DIST_DIR, 'assets');
  const bytesOf = (name: RegExp): number =>
    readdirSync(folder)
      .filter((file) => name.test(file))
      .reduce((sum, file) => sum + statSync(path.join(folder, file)).size, 0);
  const files = {
    ...{ espeak: /^phonemizer-/u, sherpa: /^sherpa-onnx-wasm-nodejs-.*wasm$/u },
    ...{ onnx: /^ort-wasm-simd-threaded-.*wasm$/u, 'onnx-gpu': /^ort.*jspi-.*wasm$/u },
    ...{ transformers: /^transformers\.web-/u, wllama: /^wllama-.*wasm$/u, mlc: /^lib-.*js$/u },
  } satisfies Record<keyof typeof LIBRARIES, RegExp>;
  for (const [id, name] of Object.entries(files)) {
    const told = LIBRARIES[id as keyof typeof LIBRARIES][1];
    const share = bytesOf(name) / told;
    expect([id, share > 0.98 && share < 1.02]).toEqual([id, true]);
  }
});

test('works without cross-origin isolation', async () => {
  const page = await open({ query: remote('normal'), isIsolated: false });
  await type(page, 'Hello');
  await expect(log(page)).toContainText('Hello there.', { timeout: ANSWER_MS });
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByText('What this page runs on').click();
  await expect(page.getByRole('row', { name: /Page/u })).toContainText('Plain');
});
