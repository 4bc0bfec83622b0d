// Holds one conversation in a real browser, and brings back its recordings and its report. Node.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TalkArguments } from './arguments.ts';
import { deviceWav, fromS16Stereo, toS16Base64 } from './audio-files.ts';
import { BadInput } from './bad-input.ts';
import { TalkBrowser } from './browser.ts';
import type { RigBrowser, RigPage } from './browser.ts';
import { currentCommit } from './commit.ts';
import { HiddenBrowser } from './hidden-browser.ts';
import { NeverReady } from './never-ready.ts';
import { ensurePage, PAGE_DIR } from './page-build.ts';
import type { TalkRig } from './page/main.ts';
import { TALK_RATE_HZ } from './page/plan.ts';
import type { TalkPlan } from './page/plan.ts';
import type { RawReady, RawRun } from './page/raw-run.ts';
import { assembleReport } from './report/assemble.ts';
import type { ConversationRecording } from './report/assemble.ts';
import { mixUserTrack } from './report/clips.ts';
import type { PreparedClip } from './report/clips.ts';
import { parseNetLog, summariseNetwork } from './report/network.ts';
import type { TalkReport } from './report/schema.ts';
import type { TalkScript } from './script.ts';
import { openSite } from './site.ts';

export interface TalkRequest {
  readonly arguments: TalkArguments;
  readonly script: TalkScript;
  readonly clips: readonly PreparedClip[];
  /** One line per step, for a person who waits. */
  readonly onProgress: (line: string) => void;
  /** Default the rig's own page. */
  readonly page?: RigPageSource;
}

/** A built page that offers what the rig's own does. */
export interface RigPageSource {
  readonly folder: string;
  /** Within the folder, with its query. */
  readonly path: string;
}

export interface TalkResult {
  readonly report: TalkReport;
  readonly recording: ConversationRecording;
  /** What the page observed, for tools that want more than the report. */
  readonly run: RawRun;
  /** The most memory that the page's process held, workers included, in MiB; null where the system does not tell. */
  readonly peakPageMiB: number | null;
  /** The clips alone, as long as the recording; in device mode the microphone itself. */
  readonly user: Float32Array;
}

/** Loading from this disk; a machine that needs longer will not hold a conversation either. */
const LOAD_TIMEOUT_MS = 180_000;

/** Silence before the clip in the fake device's file: the agent's graph is built meanwhile. */
const DEVICE_LEAD_MS = 500;

/** Silence after it, beyond the longest conversation. */
const DEVICE_TAIL_MS = 30_000;

declare const talkRig: TalkRig;

/** Rejects with {@link BadInput} for options the agent refuses, {@link NeverReady} when it did not start. */
export async function runTalk(request: TalkRequest): Promise<TalkResult> {
  const { isIsolated, llmUrl } = request.arguments;
  const { folder: pageFolder, path: pagePath } = request.page ?? (await ownPage(request));
  const site = await openSite({ isIsolated, folder: pageFolder });
  const folder = await mkdtemp(path.join(tmpdir(), 'parley-talk-'));
  try {
    const plan = await makePlan(request, folder);
    const kind = request.arguments.isHidden ? HiddenBrowser : TalkBrowser;
    const browser = await kind.launch({
      hasRealDevices: request.arguments.isInRoom,
      captureFile: plan.captureFile,
      allowedHosts: llmUrl === null ? [] : [new URL(llmUrl).hostname],
    });
    const url = `${site.origin}/${pagePath}`;
    const held = await holdIn(browser, { request, url, plan: plan.plan });
    return await toResult(request, { ...held, plan: plan.plan, origin: site.origin });
  } finally {
    await rm(folder, { recursive: true, force: true });
    await site.close();
  }
}

async function ownPage({ onProgress }: TalkRequest): Promise<RigPageSource> {
  onProgress('Building the page');
  await ensurePage();
  return { folder: PAGE_DIR, path: 'page/index.html' };
}

function sourceOf(request: TalkRequest): TalkPlan['source'] {
  if (request.arguments.isInRoom) return 'room';
  return isDevice(request) ? 'device' : 'injected';
}

/** One file and no script goes through the browser's own capture; everything else is injected. */
function isDevice({ arguments: { files, isInRoom } }: TalkRequest): boolean {
  return files.length === 1 && !isInRoom;
}

async function makePlan(
  request: TalkRequest,
  folder: string,
): Promise<{ plan: TalkPlan; captureFile: string | null }> {
  const { arguments: given, script, clips } = request;
  const device = isDevice(request);
  const [first] = clips;
  const captureFile = device ? path.join(folder, 'microphone.wav') : null;
  if (captureFile !== null && first !== undefined) {
    // The device repeats its last samples after the file's end: the file must outlast the run.
    const tailMs = given.timeoutMs + DEVICE_TAIL_MS;
    await writeFile(captureFile, deviceWav(first.pcm, { leadMs: DEVICE_LEAD_MS, tailMs }));
  }
  const plan: TalkPlan = {
    agentOptions: withSeed(given.agentOptions, script.seed),
    source: sourceOf(request),
    clips: script.clips.map(({ id, kind, at }, index) => {
      const { pcm = new Float32Array(0), speechSpansMs = [] } = clips[index] ?? {};
      return {
        id,
        kind,
        at: device ? { ms: DEVICE_LEAD_MS } : at,
        lengthMs: (pcm.length * 1000) / TALK_RATE_HZ,
        speechEndMs: speechSpansMs.at(-1)?.[1] ?? 0,
        pcmBase64: device ? null : toS16Base64(pcm),
      };
    }),
    events: script.events,
    echo: script.echo ?? null,
    prompt: script.prompt ?? null,
    blocksMain: given.blocksMain,
    timeoutMs: given.timeoutMs,
    loadTimeoutMs: LOAD_TIMEOUT_MS,
  };
  return { plan, captureFile };
}

function withSeed(
  options: Readonly<Record<string, unknown>>,
  seed: number | undefined,
): Record<string, unknown> {
  const assets = { modelsUrl: '/models/', ...(options['assets'] as object | undefined) };
  const reply = options['reply'] as object | undefined;
  return { ...options, assets, reply: seed === undefined ? reply : { ...reply, seed } };
}

interface Held {
  readonly ready: RawReady;
  readonly run: RawRun;
  readonly recording: ConversationRecording;
  readonly cpuSeconds: number;
  readonly peakPageMiB: number | null;
  readonly netLog: string;
  readonly targetUrls: readonly string[];
}

async function holdIn(
  browser: RigBrowser,
  task: { request: TalkRequest; url: string; plan: TalkPlan },
): Promise<Held> {
  let netLog: string;
  let observed: Omit<Held, 'netLog' | 'targetUrls'>;
  try {
    const page = await browser.open(task.url);
    observed = await converse({ ...task, browser, page });
  } finally {
    netLog = await browser.close();
  }
  return { ...observed, netLog, targetUrls: browser.targetUrls };
}

async function converse(task: {
  request: TalkRequest;
  browser: RigBrowser;
  page: RigPage;
  plan: TalkPlan;
}): Promise<Omit<Held, 'netLog' | 'targetUrls'>> {
  const { page, plan, browser, request } = task;
  const crashed = new Promise<never>((_, reject) => {
    page.once('crash', () => reject(new NeverReady('the page crashed')));
  });
  request.onProgress('Loading the engines');
  const prepared = await Promise.race([
    page.evaluate((each) => talkRig.prepare(each), plan),
    crashed,
  ]);
  if (!prepared.isReady) throw toError(prepared.failure);
  request.onProgress(`Ready after ${(prepared.ready.readyMs / 1000).toFixed(1)} s; talking`);
  const cpuBefore = await browser.cpuSeconds();
  const run = await Promise.race([page.evaluate(() => talkRig.hold()), crashed]);
  if ('stage' in run) throw toError(run);
  const cpuSeconds = (await browser.cpuSeconds()) - cpuBefore;
  // Before the recording is handed over, which takes memory that a conversation does not.
  const peakPageMiB = await browser.peakPageMiB();
  const recording = await takeRecording(page, run.recording.sampleRateHz);
  return { ready: prepared.ready, run, recording, cpuSeconds, peakPageMiB };
}

function toError(failure: { stage: string; code: string; message: string }): Error {
  const message = `${failure.message} (${failure.code})`;
  return failure.stage === 'options' ? new BadInput(failure.message) : new NeverReady(message);
}

async function takeRecording(page: RigPage, sampleRateHz: number): Promise<ConversationRecording> {
  const parts: Buffer[] = [];
  for (;;) {
    const part = Buffer.from(await page.evaluate(() => talkRig.takeRecording()), 'base64');
    if (part.length === 0) break;
    parts.push(part);
  }
  const { left, right } = fromS16Stereo(Buffer.concat(parts));
  return { sampleRateHz, left, right };
}

async function toResult(
  request: TalkRequest,
  held: Held & { plan: TalkPlan; origin: string },
): Promise<TalkResult> {
  const { llmUrl, flags } = request.arguments;
  const { plan, recording, netLog, targetUrls } = held;
  const network = summariseNetwork(parseNetLog(netLog), {
    pageOrigin: held.origin,
    llmHost: llmUrl === null ? null : new URL(llmUrl).host,
    targetUrls,
  });
  const report = assembleReport({
    ...held,
    commit: await currentCommit(),
    flags,
    source: plan.source,
    clips: request.clips,
    network,
  });
  const user =
    plan.source === 'device'
      ? recording.left
      : mixUserTrack(request.clips, report.clips, recording);
  return { report, recording, run: held.run, user, peakPageMiB: held.peakPageMiB };
}
