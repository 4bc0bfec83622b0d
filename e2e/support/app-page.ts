// The built app in a Chromium of its own, as a visitor meets it: served locally, with or without a
// microphone, with damaged models where a test wants them. Node.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium } from '@playwright/test';
import type { Page } from '@playwright/test';
import { listenToSound } from './sound.ts';
import { ensureChromium } from '../../scripts/lib/chromium.mjs';
import { DIST_DIR, MODELS_DIR } from '../../scripts/lib/paths.mjs';
import { createStaticServer, listen } from '../../scripts/lib/static-server.mjs';

/** `denied`: the browser refuses; `missing`: there is no device; a path: a WAV file is what it hears. */
export type FakeMicrophone = 'denied' | 'missing' | { readonly file: string };

export interface AppPageOptions {
  /** Of the page's address, such as `tts=none`. */
  readonly query?: string;
  readonly microphone?: FakeMicrophone;
  /** Contents served in the place of model files, by path below `models/`. */
  readonly brokenModels?: Readonly<Record<string, string | Uint8Array>>;
  readonly isIsolated?: boolean;
  /** Another host's address of the app, ending in `/`; unless given, `dist/` is served. */
  readonly at?: string;
}

export interface AppPage {
  readonly page: Page;
  /** Another tab of the same visitor. */
  openTab(): Promise<Page>;
  /** Hosts of all requests so far, those of workers included. */
  readonly hosts: ReadonlySet<string>;
  /** What the page or the browser complained of in the console. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

/** Needed in containers, and nothing that calls home. */
export const BASE_ARGUMENTS: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
];

/** Serves `dist/` as it is. `close` ends browser and server. */
export async function openAppPage(options: AppPageOptions = {}): Promise<AppPage> {
  const overlay = await createOverlay(options.brokenModels ?? {});
  const { server, url } = await serve(overlay, options.isIsolated ?? true);
  const address = `${options.at ?? url}?${options.query ?? ''}`;
  const browser = await chromium.launch({
    executablePath: await ensureChromium(),
    args: [...BASE_ARGUMENTS, ...toMicrophoneArguments(options.microphone ?? 'denied')],
  });
  const context = await browser.newContext();
  const page = await context.newPage();
  const hosts = new Set<string>();
  const complaints: string[] = [];
  context.on('request', (request) => {
    const { protocol, host } = new URL(request.url());
    if (protocol.startsWith('http')) hosts.add(host);
  });
  page.on('console', (entry) => {
    if (entry.type() === 'error') complaints.push(entry.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await listenToSound(page);
  await page.goto(address);
  const openTab = async (): Promise<Page> => {
    const tab = await context.newPage();
    await tab.goto(address);
    return tab;
  };
  const close = async (): Promise<void> => {
    await browser.close();
    server.close();
    server.closeAllConnections();
    await rm(overlay, { recursive: true });
  };
  return { page, openTab, hosts, complaints, close };
}

async function createOverlay(files: Readonly<Record<string, string | Uint8Array>>) {
  const folder = await mkdtemp(path.join(tmpdir(), 'parley-models-'));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), content);
  }
  return folder;
}

async function serve(
  overlay: string,
  isIsolated: boolean,
): Promise<{ server: Server; url: string }> {
  const server = createStaticServer({
    mounts: [
      { prefix: '/models/', folder: overlay },
      { prefix: '/models/', folder: MODELS_DIR },
      { prefix: '/', folder: DIST_DIR },
    ],
    isIsolated,
  });
  const port = await listen(server, { port: 0, host: 'localhost' });
  return { server, url: `http://localhost:${port}/` };
}

/** Without `--use-fake-ui…` a headless browser refuses; with it but without a device there is none. */
export function toMicrophoneArguments(microphone: FakeMicrophone): string[] {
  if (microphone === 'denied') return ['--use-fake-device-for-media-stream'];
  if (microphone === 'missing') return ['--use-fake-ui-for-media-stream'];
  return [
    '--use-fake-ui-for-media-stream',
    '--use-fake-device-for-media-stream',
    `--use-file-for-fake-audio-capture=${microphone.file}%noloop`,
  ];
}
