// A Chromium with a profile of its own that can be killed as a system does it, at any moment. Node.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { chromium } from '@playwright/test';
import type { Browser, Page } from '@playwright/test';
import { ensureChromium } from '../../scripts/lib/chromium.mjs';

const FLAGS = [
  ...['--headless=new', '--remote-debugging-port=0', '--no-first-run', '--disable-sync'],
  ...['--disable-gpu', '--disable-quic', '--disable-background-networking'],
  ...['--disable-component-update', '--use-fake-device-for-media-stream'],
];

export interface KillableBrowser {
  readonly page: Page;
  /** Ends all its processes at once, without a word. */
  kill(): Promise<void>;
  /** Ends it as a person does. */
  close(): Promise<void>;
}

/** On a machine with no time a browser may come up and not answer: such a one is ended, and another one started. */
const LAUNCHES = 3;
const CONNECT_MS = 20_000;

/** Opens an empty page. @param profile the folder of what stays between visits. */
export async function launchKillable(profile: string): Promise<KillableBrowser> {
  for (let launch = 1; ; launch += 1) {
    const running = await start(profile);
    try {
      return await connect(running);
    } catch (error) {
      await running.kill();
      if (launch === LAUNCHES) throw error;
      process.stdout.write(`the browser was started again: ${String(error)}\n`);
    }
  }
}

interface RunningBrowser {
  readonly child: ChildProcess;
  readonly ended: Promise<void>;
  readonly kill: () => Promise<void>;
}

async function start(profile: string): Promise<RunningBrowser> {
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const program = await ensureChromium();
  // In a group of its own, so that one signal reaches all of its processes.
  const child = spawn(program, [...FLAGS, ...sandbox, `--user-data-dir=${profile}`], {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const kill = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      process.kill(-(child.pid ?? 0), 'SIGKILL');
    }
    await ended;
  };
  return { child, ended, kill };
}

async function connect({ child, ended, kill }: RunningBrowser): Promise<KillableBrowser> {
  const address = await Promise.race([readAddress(child), rejectAfter(CONNECT_MS)]);
  const browser = await chromium.connectOverCDP(address, { timeout: CONNECT_MS });
  const [context] = browser.contexts();
  if (context === undefined) throw new Error('The browser has no window.');
  return {
    page: await context.newPage(),
    kill,
    close: async () => {
      await closeGently(browser);
      await ended;
    },
  };
}

/** Where its debugger listens. Rejects when the browser ends before it says so; reads on, or the browser would wait for it. */
function readAddress({ stderr }: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    if (stderr === null) throw new Error('The browser has no output.');
    const lines = createInterface({ input: stderr });
    lines.on('line', (line) => {
      const [, address] = /^DevTools listening on (ws:.*)$/u.exec(line) ?? [];
      if (address !== undefined) resolve(address);
    });
    lines.once('close', () => reject(new Error('The browser did not start.')));
  });
}

async function rejectAfter(limitMs: number): Promise<never> {
  await setTimeout(limitMs, undefined, { ref: false });
  throw new Error(`The browser did not say within ${limitMs} ms where its debugger listens.`);
}

async function closeGently(browser: Browser): Promise<void> {
  const session = await browser.newBrowserCDPSession();
  // The connection may be gone before the answer.
  await session.send('Browser.close').catch(() => undefined);
}
