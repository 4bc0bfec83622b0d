// A visitor whose browser is closed between visits, and keeps what it has kept; with a list of all that was asked
// for. Node.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium } from '@playwright/test';
import type { Page } from '@playwright/test';
import { ensureChromium } from '../../scripts/lib/chromium.mjs';
import { listRequests, parseNetLog, summariseNetwork } from '../../talk/report/network.ts';
import { BASE_ARGUMENTS, toMicrophoneArguments } from './app-page.ts';
import type { FakeMicrophone } from './app-page.ts';
import { listenToSound } from './sound.ts';

export interface VisitorOptions {
  readonly address: string;
  readonly microphone?: FakeMicrophone;
}

export interface VisitLog {
  /** What page and workers got an answer for, by kind, and who gave it. */
  readonly answered: Readonly<Record<string, number>>;
  /** Of page, workers and service worker, and for the page: what reached the network stack, answered or not. */
  readonly attempts: readonly string[];
  /** Hosts of the browser's maker, which it asks by itself, and does not reach here. */
  readonly ownHosts: readonly string[];
}

export interface Visit {
  readonly page: Page;
  /** Ends the browser's process: only then the log is complete. */
  close(): Promise<VisitLog>;
}

export class Visitor {
  readonly #folder: string;
  #visit: Visit | null = null;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async create(): Promise<Visitor> {
    return new Visitor(await mkdtemp(path.join(tmpdir(), 'parley-visitor-')));
  }

  /** For files of a test; gone when the visitor leaves. */
  get folder(): string {
    return this.#folder;
  }

  /** Starts the browser with the profile of the visits before. */
  async visit({ address, microphone = 'denied' }: VisitorOptions): Promise<Visit> {
    const logFile = path.join(this.#folder, 'net-log.json');
    const context = await chromium.launchPersistentContext(path.join(this.#folder, 'profile'), {
      executablePath: await ensureChromium(),
      args: [...BASE_ARGUMENTS, ...toMicrophoneArguments(microphone), `--log-net-log=${logFile}`],
    });
    const answered: Record<string, number> = {};
    context.on('response', (response) => {
      if (!response.url().startsWith('http')) return;
      const who = response.fromServiceWorker() ? 'service worker' : 'network';
      const kind = `${response.request().resourceType()} by ${who}`;
      answered[kind] = (answered[kind] ?? 0) + 1;
    });
    const page = context.pages()[0] ?? (await context.newPage());
    await listenToSound(page);
    await page.goto(address);
    const visit: Visit = {
      page,
      close: async () => {
        this.#visit = null;
        await context.close();
        return { answered, ...readLog(await readFile(logFile, 'utf8'), address) };
      },
    };
    this.#visit = visit;
    return visit;
  }

  async leave(): Promise<void> {
    await this.#visit?.close();
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function readLog(text: string, address: string): Pick<VisitLog, 'attempts' | 'ownHosts'> {
  const log = parseNetLog(text);
  const { origin, host } = new URL(address);
  const hosts = summariseNetwork(log, { pageOrigin: origin, llmHost: null, targetUrls: [] });
  const named = (kind: 'other' | 'browser'): string[] =>
    hosts.filter((each) => each.kind === kind).map((each) => each.host);
  const toPage = listRequests(log).filter(
    ({ url }) => URL.canParse(url) && new URL(url).host === host,
  );
  return {
    attempts: [...toPage.map(({ url }) => url), ...named('other')],
    ownHosts: named('browser'),
  };
}
