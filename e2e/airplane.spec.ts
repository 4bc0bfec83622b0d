// One visit, the browser closed, the server gone: the app opens, hears and speaks, and nothing is asked for.
import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import { TALKING_MODELS, buildSite } from './support/built-site.ts';
import type { BuiltSite } from './support/built-site.ts';
import { changeCatalog } from './support/next-version.ts';
import {
  QUESTION_FILE,
  expectSecondAnswer,
  expectSound,
  expectSpokenAnswer,
  writeTwoQuestions,
} from './support/spoken-question.ts';
import { BEHAVIOURS, openHost } from './support/static-hosts.ts';
import type { StaticHost } from './support/static-hosts.ts';
import { Visitor } from './support/visitor.ts';
import type { VisitLog } from './support/visitor.ts';

const ANSWER_MS = 120_000;
const LEXICON = 'english-phonemes';
const MODELS = [...TALKING_MODELS, 'kokoro-82m', 'kokoro-voices-en', 'flite-en'];

let site: BuiltSite;
let plainSite: BuiltSite;
let visitor: Visitor;
let host: StaticHost | null = null;

test.describe.configure({ timeout: 300_000 });
test.beforeAll(async () => {
  // Without a lexicon, voices take eSpeak for their phonemes: a library that only some load.
  plainSite = await buildSite([`--with-models=${TALKING_MODELS.join(',')}`]);
  await changeCatalog(plainSite.folder, (models) => models.filter(({ id }) => id !== LEXICON));
  site = await buildSite([`--with-models=${MODELS.join(',')}`]);
});
test.afterAll(async () => {
  await site.remove();
  await plainSite.remove();
});
test.beforeEach(async () => {
  visitor = await Visitor.create();
});
test.afterEach(async () => {
  await visitor.leave();
  await host?.close();
  host = null;
});

/** Ends the server. */
async function goDark(): Promise<void> {
  await host?.close();
  host = null;
}

const isUpdateCheck = (url: string): boolean => url.endsWith('/service-worker.js');

/** Prints what was asked for, and by whom it was answered. */
function expectNothingLeft(name: string, { answered, attempts, ownHosts }: VisitLog): void {
  const left = attempts.filter((url) => !isUpdateCheck(url));
  const lines = Object.entries(answered).map(([kind, count]) => `${count} ${kind}`);
  process.stdout.write(
    `${name}: ${lines.join(', ')}; ` +
      `the browser looked for a newer service worker: ${attempts.length - left.length}; ` +
      `hosts of its maker that it tried: ${ownHosts.length}; left the machine: ${left.length}\n`,
  );
  expect(left).toEqual([]);
  expect(lines.filter((line) => !line.endsWith('by service worker'))).toEqual([]);
}

async function expectKept(page: Page): Promise<void> {
  await expect(page.getByText('Kept for offline', { exact: true })).toBeVisible({
    timeout: ANSWER_MS,
  });
}

for (const { name, query, turns } of [
  { name: 'two turns with the voice of the address', query: '', turns: 2 },
  { name: 'a turn with the light voice', query: '?tts=piper', turns: 1 },
]) {
  test(`in airplane mode after one visit: ${name}`, async () => {
    host = await openHost(site.folder, BEHAVIOURS['a project of GitHub Pages']);
    const address = host.url + query;
    const first = await visitor.visit({ address, microphone: { file: QUESTION_FILE } });
    await expectSpokenAnswer(first.page);
    await expectKept(first.page);
    await first.close();
    await goDark();
    const file = turns > 1 ? await writeTwoQuestions(visitor.folder) : QUESTION_FILE;
    const second = await visitor.visit({ address, microphone: { file } });
    const badge = second.page.getByText('Offline: 0 requests');
    await expect(badge).toBeVisible();
    expect(await second.page.evaluate(() => crossOriginIsolated)).toBe(true);
    await expectSpokenAnswer(second.page);
    if (turns > 1) await expectSecondAnswer(second.page);
    await expect(badge).toBeVisible();
    expectNothingLeft(name, await second.close());
  });
}

/** A host that hands out the service worker only once a file was asked for whose address has `part`. */
function openLateHost(folder: string, part: string): Promise<StaticHost> {
  let handleAsked = (): void => undefined;
  const asked = new Promise<void>((resolve) => {
    handleAsked = resolve;
  });
  return openHost(folder, BEHAVIOURS['a project of GitHub Pages'], async (address) => {
    if (address.includes(part)) handleAsked();
    if (address.endsWith('/service-worker.js')) await asked;
  });
}

/** Without a microphone. */
async function expectTypedAnswer(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Start' }).click();
  await expect(page.getByRole('alert')).toContainText(/microphone/iu, { timeout: ANSWER_MS });
  await page.getByLabel('Your message').fill('What is the capital of France?');
  await page.getByRole('button', { name: 'Send' }).click();
  const log = page.getByRole('log', { name: 'Conversation' });
  await expect(log).toContainText(/Paris/u, { timeout: ANSWER_MS });
  await expectSound(page);
}

for (const { name, query, part, folder } of [
  { name: 'an engine', query: '?tts=flite', part: '/flite-tts-', folder: () => site.folder },
  { name: 'a library', query: '?tts=piper', part: '/phonemizer-', folder: () => plainSite.folder },
]) {
  test(`keeps ${name} that a first visit loaded before its service worker was there`, async () => {
    host = await openLateHost(folder(), part);
    const address = host.url + query;
    const first = await visitor.visit({ address });
    await first.page.getByRole('button', { name: 'Start' }).click();
    await expectKept(first.page);
    const { attempts } = await first.close();
    expect(attempts.filter((url) => url.includes(part)).length).toBeGreaterThan(0);
    await goDark();
    const second = await visitor.visit({ address });
    await expect(second.page.getByText('Offline: 0 requests')).toBeVisible();
    await expectTypedAnswer(second.page);
    expectNothingLeft(name, await second.close());
  });
}
