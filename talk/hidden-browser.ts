// A Chromium whose page lies in a background tab, with its timers throttled: Playwright keeps every page
// of its own visible, so this one is driven by the DevTools protocol alone. Node.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findChromium } from '../scripts/lib/chromium.mjs';
import { chromiumFlags, highestPeakMiB, readNetLog } from './browser.ts';
import type { BrowserOptions, BrowserProcess, RigBrowser, RigPage } from './browser.ts';
import { DevtoolsPipe } from './devtools-pipe.ts';
import { NeverReady } from './never-ready.ts';

const EMPTY_PAGE = 'about:blank';
const LOAD_LIMIT_MS = 30_000;

export class HiddenBrowser implements RigBrowser {
  /** What targets asked for is told by the network log alone here. */
  readonly targetUrls: readonly string[] = [];
  readonly #process: ChildProcess;
  readonly #pipe: DevtoolsPipe;
  readonly #folder: string;

  private constructor(process: ChildProcess, folder: string) {
    this.#process = process;
    this.#pipe = new DevtoolsPipe(process);
    this.#folder = folder;
  }

  /** Rejects with {@link NeverReady} when there is no Chromium. */
  static async launch(options: BrowserOptions): Promise<HiddenBrowser> {
    const executablePath = await findChromium();
    if (executablePath === null) {
      throw new NeverReady('No Chromium found: install it, or name one in PARLEY_CHROMIUM.');
    }
    const folder = await mkdtemp(path.join(tmpdir(), 'parley-talk-'));
    const own = ['--headless=new', '--remote-debugging-pipe', `--user-data-dir=${folder}/profile`];
    const args = [...own, ...chromiumFlags(options, folder), EMPTY_PAGE];
    const stdio = ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] as const;
    return new HiddenBrowser(spawn(executablePath, args, { stdio: [...stdio] }), folder);
  }

  /** Loads the page, then puts another tab in front of it. Rejects when it can still be seen. */
  async open(url: string): Promise<RigPage> {
    const targetId = await this.#createTab(EMPTY_PAGE);
    const attached = await this.#pipe.send('Target.attachToTarget', { targetId, flatten: true });
    const sessionId = String(attached['sessionId']);
    await this.#pipe.send('Page.enable', {}, sessionId);
    const loaded = new Promise<void>((resolve, reject) => {
      this.#pipe.on('Page.loadEventFired', resolve);
      AbortSignal.timeout(LOAD_LIMIT_MS).addEventListener('abort', () =>
        reject(new NeverReady('the page did not load in the background tab')),
      );
    });
    await this.#pipe.send('Page.navigate', { url }, sessionId);
    await loaded;
    const front = await this.#createTab(EMPTY_PAGE);
    await this.#pipe.send('Target.activateTarget', { targetId: front });
    const page = new HiddenPage(this.#pipe, sessionId);
    if (await page.evaluate(() => document.hidden)) return page;
    throw new NeverReady('the tab is not hidden');
  }

  async cpuSeconds(): Promise<number> {
    return (await this.#processes()).reduce((sum, { cpuTime }) => sum + cpuTime, 0);
  }

  async peakPageMiB(): Promise<number | null> {
    return highestPeakMiB(await this.#processes());
  }

  async close(): Promise<string> {
    if (this.#process.exitCode === null) {
      const exited = once(this.#process, 'exit');
      await this.#pipe.send('Browser.close').catch(() => this.#process.kill());
      await exited;
    }
    const log = await readNetLog(this.#folder);
    await rm(this.#folder, { recursive: true, force: true });
    return log;
  }

  async #processes(): Promise<BrowserProcess[]> {
    const { processInfo } = await this.#pipe.send('SystemInfo.getProcessInfo');
    return processInfo as BrowserProcess[];
  }

  async #createTab(url: string): Promise<string> {
    return String((await this.#pipe.send('Target.createTarget', { url }))['targetId']);
  }
}

class HiddenPage implements RigPage {
  readonly #pipe: DevtoolsPipe;
  readonly #sessionId: string;

  constructor(pipe: DevtoolsPipe, sessionId: string) {
    this.#pipe = pipe;
    this.#sessionId = sessionId;
  }

  once(_event: 'crash', listener: () => void): void {
    this.#pipe.on('Inspector.targetCrashed', listener);
  }

  async evaluate<Result, Argument>(
    run: (argument: Argument) => Result | Promise<Result>,
    argument?: Argument,
  ): Promise<Result> {
    const expression = `(${run.toString()})(${JSON.stringify(argument) as string | undefined})`;
    const params = { expression, awaitPromise: true, returnByValue: true };
    const answer = await this.#pipe.send('Runtime.evaluate', params, this.#sessionId);
    const { exceptionDetails, result } = answer as {
      exceptionDetails?: { text: string; exception?: { description?: string } };
      result: { value: Result };
    };
    if (exceptionDetails === undefined) return result.value;
    throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  }
}
