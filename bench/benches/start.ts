// Getting ready: first and second visit, and what an agent costs that only listens. Node and Chromium.
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { TalkBrowser } from '../../talk/browser.ts';
import { NeverReady } from '../../talk/never-ready.ts';
import { ensurePage } from '../../talk/page-build.ts';
import type { TalkRig } from '../../talk/page/main.ts';
import type { TalkPlan } from '../../talk/page/plan.ts';
import { openSite } from '../../talk/site.ts';
import type { PeerVoice } from '../pages/peer-voice/main.ts';
import type { EmptyRig } from '../pages/rig/main.ts';
import { FULL_ROUNDS, QUICK_ROUNDS } from '../measure/bench.ts';
import type { Bench, BenchCase, CaseSession, Figures, Quantity } from '../measure/bench.ts';
import { BENCH_PAGES_DIR, ensureBenchPages, openBenchPage } from '../measure/bench-page.ts';
import { PEER_MOUNTS } from '../measure/peers.ts';
import { Visitor } from '../measure/visits.ts';
import { ensureKokoroHub, HUB_MOUNT } from './kokoro-hub.ts';
import { APP_CASE, APP_QUANTITY } from './start-app.ts';
import { MEMORY_CASES, MEMORY_QUANTITIES, MOST_PAGE_MIB } from './start-memory.ts';
import { speakQuestions } from './v2v-questions.ts';

declare const talkRig: TalkRig;
declare const emptyRig: EmptyRig;
declare const peerVoice: PeerVoice;

const READY = 'all local, isolated page, to ready';
const READY_PLAIN = 'all local, plain page, to ready';
const IDLE = 'all local, isolated page, listening to silence';
const FIRST = 'first visit';
const SECOND = 'second visit';
const PEER = 'kokoro-js alone, second visit';
const OURS = 'ours';

/** Loading from this disk. */
const LOAD_LIMIT_MS = 180_000;
/** After the microphone opened: what is made once has been made. */
const SETTLE_MS = 20_000;
/** Of a first visit: as long as a short conversation. */
const STAY_MS = 20_000;
const RIG_SETTLE_MS = 2_000;
/** Those of our voice on two cores. */
const PEER_THREADS = 2;
const LISTEN_MS = 20_000;
/** The conversation lasts as long as its only cue is ahead. */
const CUE_MS = SETTLE_MS + LISTEN_MS + 5_000;

/** Default options: Silero, Moonshine, Smart Turn, SmolLM2 and Kokoro. */
const PLAN: TalkPlan = {
  agentOptions: { assets: { modelsUrl: '/models/' }, microphone: { processing: 'none' } },
  source: 'injected',
  clips: [],
  events: [{ at: { ms: CUE_MS }, type: 'mute', value: true }],
  ...{ echo: null, prompt: null, blocksMain: false },
  timeoutMs: CUE_MS + 10_000,
  loadTimeoutMs: LOAD_LIMIT_MS,
};

export function createStartBench(): Bench {
  const rounds = { full: FULL_ROUNDS, quick: QUICK_ROUNDS };
  const cases: BenchCase[] = [
    { id: READY, arms: [FIRST, SECOND, PEER], rounds, open: openVisits },
    { id: READY_PLAIN, arms: [SECOND], rounds, open: openPlainVisits },
    APP_CASE,
    { id: IDLE, arms: [OURS], rounds, open: async () => IDLE_SESSION },
    ...MEMORY_CASES,
  ];
  return {
    name: 'start',
    setUp: async () => {
      await ensurePage();
      await ensureBenchPages();
      await ensureKokoroHub();
      await speakQuestions();
    },
    cases,
    quantities: toQuantities(),
    notes: [
      'Weights come from a server on the same machine; what the browser keeps between two visits is its own cache. The first visit stays for 20 s after it is ready. kokoro-js is a voice and nothing else, with the threads of ours: it is ready when it has spoken a word, as ours is.',
      'The app is the built one, from a host that sends no headers: its button is pressed as soon as it is there, and the second visit is one that its service worker answers and isolates. Ready is when it says that it listens.',
      'The share of a core is that of all processes of the browser, less what is not the product: the recorder and the injected microphone, which is what the rig takes without an agent, less what a page takes that only runs an AudioContext. The context of the agent, and the browser itself, count as the agent’s.',
      'Memory is the high-water mark of the page’s process, workers included. In a conversation five questions are recognised, answered and spoken; with `auto` Piper speaks first, Kokoro is loaded and measured beside it, and takes over (a change of voice is counted where that happened).',
    ],
  };
}

function toQuantities(): Quantity[] {
  const idle = { case: IDLE, ours: OURS, theirs: null };
  return [
    ...[FIRST, PEER].map((theirs): Quantity => ({
      ...{ quantity: 'navigation to ready', unit: 'ms', case: READY, figure: 'readyMs' },
      ...{ ours: SECOND, theirs },
      target: { of: 'ours', atMost: 5_000 },
    })),
    {
      ...{ quantity: 'navigation to ready', unit: 'ms', case: READY_PLAIN, figure: 'readyMs' },
      ...{ ours: SECOND, theirs: null, target: { of: 'ours', atMost: 5_000 } },
    },
    APP_QUANTITY,
    {
      ...{ ...idle, quantity: 'share of one core', unit: 'share', figure: 'ownShare' },
      target: { of: 'ours', atMost: 0.05 },
    },
    {
      ...{ ...idle, quantity: 'the same, rig included', unit: 'share', figure: 'cpuShare' },
      target: null,
    },
    {
      ...{ ...idle, quantity: 'of it, a running AudioContext', unit: 'share' },
      ...{ figure: 'contextShare', target: null },
    },
    {
      ...{ ...idle, quantity: 'peak page memory', unit: 'MiB', figure: 'peakMiB' },
      target: { of: 'ours', atMost: MOST_PAGE_MIB },
    },
    ...MEMORY_QUANTITIES,
  ];
}

/** A new person for each first visit, who comes back for the second. */
async function openVisits(): Promise<CaseSession> {
  const ours = await openSite({ isIsolated: true });
  const peer = await openSite({
    isIsolated: true,
    folder: BENCH_PAGES_DIR,
    mounts: [...PEER_MOUNTS, HUB_MOUNT],
  });
  const visits: Readonly<Record<'ours' | 'peer', VisitPlan>> = {
    ours: { url: `${ours.origin}/page/index.html`, getReady: getAgentReady, visitor: null },
    peer: {
      url: `${peer.origin}/pages/peer-voice/index.html`,
      getReady: getPeerReady,
      visitor: null,
    },
  };
  return {
    async measure(arm) {
      if (arm === PEER) return { readyMs: await visitAgain(visits.peer) };
      return { readyMs: await (arm === FIRST ? visitFirst(visits.ours) : visitAgain(visits.ours)) };
    },
    async close() {
      for (const { visitor } of Object.values(visits)) await visitor?.leave();
      await ours.close();
      await peer.close();
    },
  };
}

async function openPlainVisits(): Promise<CaseSession> {
  const site = await openSite({ isIsolated: false });
  const url = `${site.origin}/page/index.html`;
  const visits: VisitPlan = { url, getReady: getAgentReady, visitor: null };
  return {
    measure: async () => ({ readyMs: await visitAgain(visits) }),
    async close() {
      await visits.visitor?.leave();
      await site.close();
    },
  };
}

interface VisitPlan {
  readonly url: string;
  readonly getReady: (page: Page) => Promise<number>;
  /** Null before the first visit. */
  visitor: Visitor | null;
}

async function visitFirst(plan: VisitPlan): Promise<number> {
  await plan.visitor?.leave();
  plan.visitor = await Visitor.create();
  return plan.visitor.visit(plan.url, plan.getReady, { stayMs: STAY_MS });
}

async function visitAgain(plan: VisitPlan): Promise<number> {
  if (plan.visitor === null) await visitFirst(plan);
  return plan.visitor!.visit(plan.url, plan.getReady, { stayMs: 0 });
}

async function getAgentReady(page: Page): Promise<number> {
  const prepared = await page.evaluate((each) => talkRig.prepare(each), PLAN);
  if (!prepared.isReady) throw new NeverReady(prepared.failure.message);
  return prepared.ready.readyMs;
}

function getPeerReady(page: Page): Promise<number> {
  return page.evaluate((options) => peerVoice.load(options), { threads: PEER_THREADS });
}

const IDLE_SESSION: CaseSession = { measure: measureIdle, close: async () => undefined };

/** The rig has a cost of its own: it is measured right before, and taken off but for the context. */
async function measureIdle(): Promise<Figures> {
  const contextShare = await measureRig('run');
  const rigShare = await measureRig('record');
  const site = await openSite({ isIsolated: true });
  const browser = await TalkBrowser.launch({ captureFile: null, allowedHosts: [] });
  try {
    const page = await browser.open(`${site.origin}/page/index.html`);
    const prepared = await page.evaluate((each) => talkRig.prepare(each), PLAN);
    if (!prepared.isReady) throw new NeverReady(prepared.failure.message);
    const held = page.evaluate(() => talkRig.hold());
    // The browser may close before it is over.
    held.catch(() => undefined);
    await delay(SETTLE_MS);
    const cpuShare = await shareOf(browser);
    const peakMiB = await browser.peakPageMiB();
    const ownShare = cpuShare - (rigShare - contextShare);
    return { cpuShare, rigShare, contextShare, ownShare, peakMiB };
  } finally {
    await browser.close();
    await site.close();
  }
}

async function measureRig(what: keyof EmptyRig): Promise<number> {
  const { page, browser, close } = await openBenchPage('rig', { isIsolated: true });
  try {
    await page.evaluate((each) => emptyRig[each](), what);
    await delay(RIG_SETTLE_MS);
    return await shareOf(browser);
  } finally {
    await close();
  }
}

/** Of one core, by all processes of the browser. */
async function shareOf(browser: TalkBrowser): Promise<number> {
  const [beforeS, startedMs] = [await browser.cpuSeconds(), performance.now()];
  await delay(LISTEN_MS);
  const usedS = (await browser.cpuSeconds()) - beforeS;
  return (usedS * 1_000) / (performance.now() - startedMs);
}
