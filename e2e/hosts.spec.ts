// One and the same build on every kind of static host: a spoken question, and its answer heard.
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { MODELS_DIR } from '../scripts/lib/paths.mjs';
import { createStaticServer, listen } from '../scripts/lib/static-server.mjs';
import { openAppPage } from './support/app-page.ts';
import type { AppPage } from './support/app-page.ts';
import { TALKING_MODELS, TALKING_QUERY, buildSite } from './support/built-site.ts';
import type { BuiltSite } from './support/built-site.ts';
import { QUESTION_FILE, expectSpokenAnswer } from './support/spoken-question.ts';
import { BEHAVIOURS, openHost, openNginx } from './support/static-hosts.ts';
import type { StaticHost } from './support/static-hosts.ts';

const PART_BYTES = 24 * 1024 ** 2;

let site: BuiltSite;
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
  app = null;
  host = null;
});

/** Isolated from the first visit on where the host sends headers, from the second on elsewhere. */
async function expectConversation(url: string, isIsolatedAtOnce: boolean): Promise<void> {
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
  expect([...app.hosts]).toEqual([new URL(url).host]);
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

for (const [name, behaviour] of Object.entries(BEHAVIOURS)) {
  test(`talks on a host like ${name}`, async () => {
    host = await openHost(site.folder, behaviour);
    await expectConversation(host.url, behaviour.readsHeaders);
  });
}

test('talks on nginx with the settings of this repository', async () => {
  const nginx = await openNginx(site.folder);
  if (typeof nginx === 'string') {
    test.skip(true, nginx);
    return;
  }
  host = nginx;
  await expectConversation(nginx.url, true);
});

test('a site with whole models is refused where files are limited', async () => {
  const limited = { ...BEHAVIOURS['Cloudflare Pages'], maxFileBytes: PART_BYTES - 1 };
  await expect(openHost(site.folder, limited)).rejects.toThrow('too large');
});

test('reads models of another host, which the page is told of by the build', async () => {
  const models = createStaticServer({
    mounts: [{ prefix: '/', folder: MODELS_DIR }],
    isIsolated: false,
  });
  models.prependListener('request', (_, response) => {
    response.setHeader('Access-Control-Allow-Origin', '*');
  });
  const port = await listen(models, { port: 0, host: 'localhost' });
  const elsewhere = await buildSite([`--models-url=http://localhost:${port}`]);
  try {
    host = await openHost(elsewhere.folder, BEHAVIOURS['a project of GitHub Pages']);
    app = await openAppPage({ at: host.url, query: 'tts=none' });
    await app.page.getByLabel('Your message').fill('What is the capital of France?');
    await app.page.getByRole('button', { name: 'Send' }).click();
    const log = app.page.getByRole('log', { name: 'Conversation' });
    await expect(log).toContainText('Paris', { timeout: 120_000 });
    expect([...app.hosts].sort()).toEqual([new URL(host.url).host, `localhost:${port}`].sort());
    expect(app.complaints).toEqual([]);
  } finally {
    models.close();
    models.closeAllConnections();
    await elsewhere.remove();
  }
});
