// One and the same build on every kind of static host: a spoken question, and its answer heard.
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { openAppPage } from './support/app-page.ts';
import type { AppPage } from './support/app-page.ts';
import { TALKING_MODELS, TALKING_QUERY, buildSite } from './support/built-site.ts';
import type { BuiltSite } from './support/built-site.ts';
import { QUESTION_FILE, expectSpokenAnswer } from './support/spoken-question.ts';
import { findFreePort } from './support/free-port.ts';
import { openModelsHost } from './support/models-host.ts';
import type { ModelsHost } from './support/models-host.ts';
import { openNginx } from './support/nginx.ts';
import { BEHAVIOURS, openHost } from './support/static-hosts.ts';
import type { HostAnswer, StaticHost } from './support/static-hosts.ts';

const PART_BYTES = 24 * 1024 ** 2;

let site: BuiltSite;
let elsewhere: BuiltSite | null = null;
let models: ModelsHost | null = null;
let host: StaticHost | null = null;
let app: AppPage | null = null;

test.describe.configure({ timeout: 300_000 });
test.beforeAll(async () => {
  site = await buildSite([`--with-models=${TALKING_MODELS.join(',')}`, '--split=24MiB']);
});
test.afterAll(() => site.remove());
test.afterEach(async () => {
  await app?.close();
  await host?.close();
  await models?.close();
  await elsewhere?.remove();
  app = null;
  host = null;
  models = null;
  elsewhere = null;
});

/** Isolated from the first visit on where the host sends headers, from the second on elsewhere. */
async function expectConversation(
  url: string,
  isIsolatedAtOnce: boolean,
  otherUrls: readonly string[] = [],
): Promise<void> {
  app = await openAppPage({
    at: url,
    query: TALKING_QUERY,
    microphone: { file: QUESTION_FILE },
  });
  const { page } = app;
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(isIsolatedAtOnce);
  await expect(page.getByText('Kept for offline')).toBeVisible();
  await page.reload();
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  await expectSpokenAnswer(page);
  expect([...app.hosts].sort()).toEqual(toHosts(url, ...otherUrls).sort());
  expect(app.complaints).toEqual([]);
}

test('no file of a model is larger than asked for', async () => {
  const folder = path.join(site.folder, 'models', 'smollm2-135m-instruct');
  const names = await readdir(folder);
  const sizes = await Promise.all(
    names.map(async (name) => (await stat(path.join(folder, name))).size),
  );
  expect(names).toHaveLength(4);
  expect(Math.max(...sizes)).toBe(PART_BYTES);
});

/** The catalogue is none. */
const isOfModel = ({ path: name }: HostAnswer): boolean => /\/models\/.+\//u.test(name);

for (const [name, behaviour] of Object.entries(BEHAVIOURS)) {
  test(`talks on a host like ${name}`, async () => {
    const standIn = await openHost(site.folder, behaviour);
    host = standIn;
    await expectConversation(standIn.url, behaviour.readsHeaders);
    const ranged = standIn.answers.filter(isOfModel).filter(({ status }) => status === 206);
    if (behaviour.knowsRanges) expect(ranged.length).toBeGreaterThan(10);
    else expect(ranged).toEqual([]);
  });
}

test('talks on nginx with the settings of this repository', async () => {
  const nginx = await openNginx(site.folder);
  if (typeof nginx === 'string') {
    if (process.env['CI'] === 'true') throw new Error(nginx);
    process.stdout.write(`skipped: ${nginx}\n`);
    test.skip(true, nginx);
    return;
  }
  host = nginx;
  await expectConversation(nginx.url, true);
});

/** The app, built for models on other hosts, on one that sends no headers. */
async function openSite(args: readonly string[]): Promise<string> {
  elsewhere = await buildSite(args);
  host = await openHost(elsewhere.folder, BEHAVIOURS['a project of GitHub Pages']);
  return host.url;
}

async function expectTypedAnswer(at: string): Promise<AppPage> {
  app = await openAppPage({ at, query: 'tts=none' });
  await app.page.getByLabel('Your message').fill('What is the capital of France?');
  await app.page.getByRole('button', { name: 'Send' }).click();
  const log = app.page.getByRole('log', { name: 'Conversation' });
  await expect(log).toContainText('Paris', { timeout: 120_000 });
  return app;
}

const toHosts = (...urls: readonly string[]): string[] => urls.map((url) => new URL(url).host);

test('reads models of another host, which the page is told of by the build', async () => {
  models = await openModelsHost({ 'Access-Control-Allow-Origin': '*' });
  const url = await openSite([`--models-url=${models.url}`]);
  const { hosts, complaints } = await expectTypedAnswer(url);
  expect([...hosts].sort()).toEqual(toHosts(url, models.url).sort());
  expect(complaints).toEqual([]);
});

test('talks with models of another host on an isolated page, in ranges and without a preflight', async () => {
  models = await openModelsHost({
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Expose-Headers': 'ETag, Content-Range',
  });
  const url = await openSite([`--models-url=${models.url}`]);
  await expectConversation(url, false, [models.url]);
  const { answers } = models;
  expect(new Set(answers.map(({ method }) => method))).toEqual(new Set(['GET']));
  expect(answers.filter(({ status }) => status === 206).length).toBeGreaterThan(10);
});

test('reads models of a mirror when their host is gone', async () => {
  models = await openModelsHost({ 'Access-Control-Allow-Origin': '*' });
  const gone = `http://localhost:${await findFreePort()}/`;
  const url = await openSite([`--models-url=${gone}`, `--models-mirror=${models.url}`]);
  const { hosts, complaints } = await expectTypedAnswer(url);
  expect([...hosts].sort()).toEqual(toHosts(url, gone, models.url).sort());
  expect(complaints.filter((text) => !text.includes('ERR_CONNECTION_REFUSED'))).toEqual([]);
});
