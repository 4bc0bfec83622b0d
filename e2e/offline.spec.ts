// The app without a network, its updates, and hosts that send no headers.
import { cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { startOpenAiServer } from '../test/support/openai-server.ts';
import type { OpenAiServer } from '../test/support/openai-server.ts';
import { openAppPage } from './support/app-page.ts';
import type { AppPage, AppPageOptions } from './support/app-page.ts';
import { TALKING_MODELS, buildSite } from './support/built-site.ts';
import type { BuiltSite } from './support/built-site.ts';
import { launchKillable } from './support/killable-browser.ts';
import {
  NEXT_NOTE,
  NEXT_RUNTIME,
  NEXT_SPEAK_SCRIPT,
  findFiles,
  publishNextVersion,
} from './support/next-version.ts';
import type { OldFiles } from './support/next-version.ts';
import { BEHAVIOURS, openHost } from './support/static-hosts.ts';
import type { StaticHost } from './support/static-hosts.ts';

const ANSWER_MS = 120_000;
/** The browser's own second, and a slow machine. */
const UPDATE_MS = 20_000;

let built: BuiltSite;
let endpoint: OpenAiServer;
/** A copy that a test may change. */
let site = '';
let host: StaticHost | null = null;
let app: AppPage | null = null;

test.describe.configure({ timeout: 300_000 });
test.beforeAll(async () => {
  built = await buildSite([`--with-models=${TALKING_MODELS.join(',')}`]);
  endpoint = await startOpenAiServer();
});
test.afterAll(async () => {
  await built.remove();
  await endpoint.close();
});
test.beforeEach(async () => {
  site = await mkdtemp(path.join(tmpdir(), 'parley-offline-'));
  await cp(built.folder, site, { recursive: true });
  host = await openHost(site, BEHAVIOURS['a project of GitHub Pages']);
});
test.afterEach(async () => {
  await app?.close();
  await host?.close();
  app = null;
  host = null;
  await rm(site, { recursive: true });
});

/** The first visit, until the app is kept. */
async function visit(options: AppPageOptions): Promise<Page> {
  app = await openAppPage({ at: host?.url ?? '', ...options });
  await expect(app.page.getByText('Kept for offline')).toBeVisible();
  return app.page;
}

const remote = (): string => `tts=none&llm=${endpoint.baseUrl}&model=normal`;
const log = (page: Page) => page.getByRole('log', { name: 'Conversation' });
const update = (page: Page) => page.getByRole('button', { name: 'Reload for the new version' });

async function type(page: Page, text: string): Promise<void> {
  await page.getByLabel('Your message').fill(text);
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(log(page)).toContainText('Hello there.', { timeout: ANSWER_MS });
}

/** Addresses that the service worker keeps, without its own marks. */
function keptAddresses(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const names = (await caches.keys()).filter((name) => name.startsWith('parley-'));
    const opened = await Promise.all(names.map((name) => caches.open(name)));
    const keys = await Promise.all(opened.map((cache) => cache.keys()));
    return keys.flat().map(({ url }) => url.replace(/\?.*$/u, ''));
  });
}

/** Has the browser look for a new version now; it would when a page is opened. */
function lookForUpdate(page: Page): Promise<void> {
  return page.evaluate(async () => {
    await (await navigator.serviceWorker.ready).update();
  });
}

/** The new version runs, alone: nothing waits, and of the old one nothing is kept. */
async function expectNextVersion(page: Page, old: OldFiles): Promise<void> {
  await expect.poll(() => page.title(), { timeout: UPDATE_MS }).toBe('Next');
  await expect(page.getByRole('button', { name: 'Start' })).toBeVisible();
  await expect(update(page)).toHaveCount(0);
  const states = await page.evaluate(async () => {
    const { waiting, installing } = await navigator.serviceWorker.ready;
    return [waiting, installing];
  });
  expect(states).toEqual([null, null]);
  const kept = await keptAddresses(page);
  expect(kept).toContainEqual(expect.stringContaining(NEXT_SPEAK_SCRIPT));
  const oldNames = [old.speakScript, old.runtime];
  expect(kept.filter((url) => oldNames.some((name) => url.endsWith(name)))).toEqual([]);
}

/** What the page gets at these addresses; null of one that is not there. */
function readDigests(page: Page, addresses: readonly string[]): Promise<(string | null)[]> {
  return page.evaluate(
    (urls) =>
      Promise.all(
        urls.map(async (url) => {
          const response = await fetch(url);
          const isPage = response.headers.get('content-type')?.includes('text/html') === true;
          if (!response.ok || isPage) return null;
          const digest = await crypto.subtle.digest('SHA-256', await response.arrayBuffer());
          return [...new Uint8Array(digest)].join(' ');
        }),
      ),
    addresses,
  );
}

test('keeps the shell and no model before one is asked for', async () => {
  const page = await visit({ query: 'tts=none' });
  const kept = await keptAddresses(page);
  expect(kept.filter((url) => url.includes('/models/'))).toEqual([
    expect.stringMatching(/models\/catalog\.json$/u),
  ]);
  for (const name of ['turn', 'listen', 'end-of-turn', 'think', 'speak', 'kernel']) {
    expect(kept).toContainEqual(expect.stringContaining(`/assets/${name}.worker-`));
  }
  for (const name of ['capture', 'playback']) {
    expect(kept).toContainEqual(expect.stringContaining(`/assets/${name}.worklet-`));
  }
  expect(kept.filter((url) => url.endsWith('.wasm'))).toEqual([]);
});

test('says that models are missing, and of engines that no count sees what they may send', async () => {
  const page = await visit({ query: 'tts=none' });
  await expect(page.getByText('Page kept for offline', { exact: true })).toBeVisible();
  await page.reload();
  await expect(page.getByText('0 requests sent, 4 models missing')).toBeVisible();
  await page.goto(page.url().replace('tts=none', 'tts=web-speech'));
  await expect(page.getByText('The system’s voice may send text')).toBeVisible();
  await expect(page.getByText('Offline: 0 requests')).toHaveCount(0);
});

test('without room the app works, and says that it is not kept', async () => {
  const profile = await mkdtemp(path.join(tmpdir(), 'parley-full-'));
  const browser = await launchKillable(profile);
  try {
    const { page } = browser;
    const url = host?.url ?? '';
    const session = await page.context().newCDPSession(page);
    const quota = { origin: new URL(url).origin, quotaSize: 2 * 1024 ** 2 };
    await session.send('Storage.overrideQuotaForOrigin', quota);
    await page.goto(`${url}?${remote()}`);
    await expect(page.getByText('Not kept for offline')).toBeVisible();
    await page.getByRole('button', { name: 'Start' }).click();
    await expect(page.getByText('This device has no room for the models')).toBeVisible({
      timeout: ANSWER_MS,
    });
    await type(page, 'Hello');
    expect(await keptAddresses(page)).toEqual([]);
    await page.reload();
    await expect(page.getByText('Not kept for offline')).toBeVisible();
    await type(page, 'Hello');
  } finally {
    await browser.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
});

test('counts what leaves, and says to whom', async () => {
  const page = await visit({ query: remote() });
  await page.reload();
  const none = page.getByText('0 requests sent', { exact: true });
  await expect(none).toHaveAttribute('title', /Needs the network for: the language model\./u);
  await type(page, 'Hello');
  const badge = page.getByText(/^\d+ requests? sent$/u);
  await expect(badge).toHaveAttribute('title', new RegExp(new URL(endpoint.baseUrl).host, 'u'));
});

test('isolates the second visit, unless the address refuses it', async () => {
  const page = await visit({ query: remote() });
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
  await page.reload();
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  await page.goto(`${page.url()}&isolation=off`);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
  await type(page, 'Hello');
});

test('a host that forbids WebAssembly is told so, once, with what to change', async () => {
  await host?.close();
  const policy = "script-src 'self'; worker-src 'self' blob:";
  await writeFile(path.join(site, '_headers'), `/*\n  Content-Security-Policy: ${policy}\n`);
  host = await openHost(site, BEHAVIOURS.Netlify);
  const page = await visit({ query: 'tts=none' });
  await page.getByRole('button', { name: 'Start' }).click();
  const notices = page.getByRole('alert').locator('section');
  await expect(notices).toContainText("must add 'wasm-unsafe-eval' to script-src");
  await expect(notices).toHaveCount(1);
});

test('can be installed', async () => {
  const page = await visit({ query: 'tts=none' });
  const session = await page.context().newCDPSession(page);
  const { errors, data } = await session.send('Page.getAppManifest');
  expect(errors).toEqual([]);
  const manifest = JSON.parse(data ?? '') as { icons: { src: string; sizes: string }[] };
  for (const { src, sizes } of manifest.icons) {
    const icon = new URL(src, page.url()).href;
    const size = await page.evaluate(async (url) => {
      const bitmap = await createImageBitmap(await (await fetch(url)).blob());
      return `${bitmap.width}x${bitmap.height}`;
    }, icon);
    expect(size).toBe(sizes);
  }
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
  expect(
    installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito'),
  ).toEqual([]);
});

test('a new version waits for conversations, mixes with none, and starts on request', async () => {
  const page = await visit({ query: remote() });
  await page.reload();
  await type(page, 'Hello');
  const { speakScript, runtime } = await findFiles(site);
  const addresses = [`assets/${runtime}`, `assets/${speakScript}`, 'models/catalog.json'];
  const own = await readDigests(page, addresses);
  expect(own).not.toContain(null);
  await expect.poll(() => keptAddresses(page)).toContainEqual(expect.stringContaining(runtime));
  const old = await publishNextVersion(site);
  const tab = await app?.openTab();
  if (tab === undefined) throw new Error('no tab');
  expect(await tab.title()).toBe('Parley');
  await expect(update(tab)).toBeVisible({ timeout: UPDATE_MS });
  // The new version lies beside the old one, with its own of what is in use here; the conversation gets none of it.
  const beside = await keptAddresses(page);
  expect(beside).toContainEqual(expect.stringContaining(NEXT_RUNTIME));
  expect(beside).toContainEqual(expect.stringContaining(NEXT_SPEAK_SCRIPT));
  expect(await readDigests(page, addresses)).toEqual(own);
  await update(tab).click();
  await expect(tab.getByText('The new version has to wait')).toBeVisible();
  expect(await tab.title()).toBe('Parley');
  // A worker of the old version that had not been needed, and that the host no longer has.
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByLabel('Voice of the agent').selectOption('piper');
  await page.getByRole('button', { name: /^Start/u }).click();
  await page.getByText('What this page runs on').click();
  await expect(page.getByRole('row', { name: /Speaks/u })).toContainText(/piper/iu, {
    timeout: ANSWER_MS,
  });
  await expect(log(page)).toContainText('Hello there.');
  expect(await readDigests(page, addresses)).toEqual(own);
  await page.close();
  await update(tab).click();
  await expectNextVersion(tab, old);
  const [catalog] = await readDigests(tab, ['models/catalog.json']);
  expect(catalog).not.toBe(own[2]);
  // Of the old one nothing is kept but by the browser's own cache, whose files are named by their content.
  await expect.poll(() => keptAddresses(tab)).not.toContainEqual(expect.stringContaining(runtime));
  const text = await tab.evaluate(async () => (await fetch('models/catalog.json')).text());
  expect(text).toContain(NEXT_NOTE);
});

test('a new version starts from the midst of a conversation, and does not wait for what the old one fetches', async () => {
  const page = await visit({ query: remote() });
  await page.reload();
  await type(page, 'Hello');
  const [runtime = ''] = (await readdir(path.join(site, 'assets'))).filter((name) =>
    name.endsWith('.wasm'),
  );
  await page.context().route(`**/${runtime}`, () => new Promise(() => undefined));
  await page.evaluate((name) => void fetch(`assets/${name}`).catch(() => undefined), runtime);
  const old = await publishNextVersion(site);
  await lookForUpdate(page);
  const idle = await app?.openTab();
  if (idle === undefined) throw new Error('no tab');
  await update(page).click();
  await expectNextVersion(page, old);
  await expectNextVersion(idle, old);
});

test('a version whose files are not all those of the build is not installed', async () => {
  const page = await visit({ query: remote() });
  await page.reload();
  await publishNextVersion(site);
  const file = path.join(site, 'index.html');
  await writeFile(file, `${await readFile(file, 'utf8')}<!-- changed on its way -->`);
  const state = await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    const found = new Promise<ServiceWorker | null>((resolve) => {
      registration.addEventListener('updatefound', () => resolve(registration.installing));
    });
    await registration.update().catch(() => undefined);
    const worker = await found;
    return new Promise((resolve) => {
      const tell = (): void => {
        if (worker?.state !== 'installing') resolve(worker?.state);
      };
      worker?.addEventListener('statechange', tell);
      tell();
    });
  });
  expect(state).toBe('redundant');
  await page.reload();
  expect(await page.title()).toBe('Parley');
});
