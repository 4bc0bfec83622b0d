// A Chromium with a profile of its own that can be killed as a system does it, at any moment. Node.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
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

/** Opens an empty page. @param profile the folder of what stays between visits. */
export async function launchKillable(profile: string): Promise<KillableBrowser> {
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const program = await ensureChromium();
  // In a group of its own, so that one signal reaches all of its processes.
  const child = spawn(program, [...FLAGS, ...sandbox, `--user-data-dir=${profile}`], {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const browser = await chromium.connectOverCDP(await readAddress(child));
  const [context] = browser.contexts();
  if (context === undefined) throw new Error('The browser has no window.');
  return {
    page: await context.newPage(),
    kill: async () => {
      process.kill(-(child.pid ?? 0), 'SIGKILL');
      await ended;
    },
    close: async () => {
      await closeGently(browser);
      await ended;
    },
  };
}

/** Where its debugger listens. Rejects when the browser ends before it says so. */
async function readAddress({ stderr }: ChildProcess): Promise<string> {
  if (stderr === null) throw new Error('The browser has no output.');
  for await (const line of createInterface({ input: stderr })) {
    const [, address] = /^DevTools listening on (ws:.*)$/u.exec(line) ?? [];
    if (address === undefined) continue;
    // Read on, or the browser waits for it.
    stderr.resume();
    return address;
  }
  throw new Error('The browser did not start.');
}

async function closeGently(browser: Browser): Promise<void> {
  const session = await browser.newBrowserCDPSession();
  // The connection may be gone before the answer.
  await session.send('Browser.close').catch(() => undefined);
}
