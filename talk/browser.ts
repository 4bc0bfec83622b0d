// The Chromium of one run: its flags, its log of the network, its time on the processors. Node.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { findChromium } from '../scripts/lib/chromium.mjs';
import { NeverReady } from './never-ready.ts';

export interface BrowserOptions {
  /** WAV that the fake microphone plays once; null when the page makes its own microphone. */
  readonly captureFile: string | null;
  /** The system's microphone and loudspeaker in place of Chromium's fake ones. */
  readonly hasRealDevices?: boolean;
  /** What stands for {@link NO_GRAPHICS} where a graphics processor is wanted. */
  readonly graphicsFlags?: readonly string[];
  /** Host names, without port, that may be looked up besides the page's. */
  readonly allowedHosts: readonly string[];
}

/** What a conversation needs of a page; one of Playwright's fits. */
export interface RigPage {
  evaluate<Result, Argument>(
    run: (argument: Argument) => Result | Promise<Result>,
    argument: Argument,
  ): Promise<Result>;
  evaluate<Result>(run: () => Result | Promise<Result>): Promise<Result>;
  once(event: 'crash', listener: () => void): void;
}

/** What a conversation needs of a browser. */
export interface RigBrowser {
  open(url: string): Promise<RigPage>;
  /** What its pages and workers asked for, as far as it is told. */
  readonly targetUrls: readonly string[];
  /** Processor time of all its processes so far. */
  cpuSeconds(): Promise<number>;
  /** The most memory that the process of a page has held so far, in MiB; null where the system does not tell. */
  peakPageMiB(): Promise<number | null>;
  /** Ends the browser; only then is the network log complete. Returns its text. */
  close(): Promise<string>;
}

const NO_GRAPHICS: readonly string[] = ['--disable-gpu'];
/** Nothing of Chromium's own may speak, and no gesture is needed for sound. */
const COMMON_FLAGS: readonly string[] = [
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
  '--use-fake-ui-for-media-stream',
];
/** Those of a run unless it asks for others. */
export const CHROMIUM_FLAGS: readonly string[] = [...NO_GRAPHICS, ...COMMON_FLAGS];
const FAKE_DEVICE = '--use-fake-device-for-media-stream';

export class TalkBrowser implements RigBrowser {
  readonly #browser: Browser;
  readonly #folder: string;
  readonly #targetUrls: string[] = [];

  private constructor(browser: Browser, folder: string) {
    this.#browser = browser;
    this.#folder = folder;
  }

  /** Rejects with {@link NeverReady} when there is no Chromium. */
  static async launch(options: BrowserOptions): Promise<TalkBrowser> {
    const executablePath = await findChromium();
    if (executablePath === null) {
      throw new NeverReady('No Chromium found: install it, or name one in PARLEY_CHROMIUM.');
    }
    const folder = await mkdtemp(path.join(tmpdir(), 'parley-talk-'));
    const args = chromiumFlags(options, folder);
    // Playwright mutes what it starts headless.
    const ignoreDefaultArgs = options.hasRealDevices === true ? ['--mute-audio'] : [];
    const browser = await chromium.launch({ executablePath, args, ignoreDefaultArgs });
    return new TalkBrowser(browser, folder);
  }

  /** A page of its own context; requests of its targets (workers too) are noted. */
  async open(url: string): Promise<Page> {
    const page = await this.#browser.newPage();
    page.context().on('request', (request) => this.#targetUrls.push(request.url()));
    page.on('websocket', (socket) => this.#targetUrls.push(socket.url()));
    await page.goto(url);
    return page;
  }

  get targetUrls(): readonly string[] {
    return this.#targetUrls;
  }

  async cpuSeconds(): Promise<number> {
    return (await this.#processes()).reduce((sum, { cpuTime }) => sum + cpuTime, 0);
  }

  async peakPageMiB(): Promise<number | null> {
    return highestPeakMiB(await this.#processes());
  }

  async #processes(): Promise<BrowserProcess[]> {
    const session = await this.#browser.newBrowserCDPSession();
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    await session.detach();
    return processInfo;
  }

  async close(): Promise<string> {
    await this.#browser.close();
    const log = await readNetLog(this.#folder);
    await rm(this.#folder, { recursive: true, force: true });
    return log;
  }
}

/** As the DevTools protocol tells of it. */
export interface BrowserProcess {
  readonly id: number;
  readonly type: string;
  readonly cpuTime: number;
}

/** Of the processes of pages; null where the system does not tell. */
export async function highestPeakMiB(processes: readonly BrowserProcess[]): Promise<number | null> {
  const pages = processes.filter(({ type }) => type === 'renderer');
  const peaks = await Promise.all(pages.map(({ id }) => peakMiB(id)));
  const known = peaks.filter((peak) => peak !== null);
  return known.length === 0 ? null : Math.max(...known);
}

/** Linux keeps the high-water mark of each process. */
async function peakMiB(processId: number): Promise<number | null> {
  const status = await readFile(`/proc/${processId}/status`, 'utf8').catch(() => '');
  const kibibytes = /^VmHWM:\s+(\d+) kB$/mu.exec(status)?.[1];
  return kibibytes === undefined ? null : Number(kibibytes) / 1024;
}

/** @param folder where the network log goes. */
export function chromiumFlags(options: BrowserOptions, folder: string): string[] {
  const args = [
    ...(options.graphicsFlags ?? NO_GRAPHICS),
    ...COMMON_FLAGS,
    ...hostRules(options.allowedHosts),
    `--log-net-log=${logFile(folder)}`,
  ];
  if (process.getuid?.() === 0) args.push('--no-sandbox');
  if (options.hasRealDevices !== true) args.push(FAKE_DEVICE);
  if (options.captureFile !== null) {
    args.push(`--use-file-for-fake-audio-capture=${options.captureFile}%noloop`);
  }
  return args;
}

/** Empty when nothing was logged. */
export async function readNetLog(folder: string): Promise<string> {
  return readFile(logFile(folder), 'utf8').catch(() => '');
}

function logFile(folder: string): string {
  return path.join(folder, 'net-log.json');
}

function hostRules(allowed: readonly string[]): string[] {
  const excluded = ['localhost', ...allowed].map((host) => `EXCLUDE ${host}`);
  return [`--host-resolver-rules=MAP * ~NOTFOUND, ${excluded.join(', ')}`];
}
