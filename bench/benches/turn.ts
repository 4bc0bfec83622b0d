// The end of a turn: delay and false cut-offs of the agent, of fixed timers, and of vad-web; what detection costs. Node.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { RECORDINGS_DIR } from '../../scripts/lib/paths.mjs';
import { resample } from '../../src/core/resampler.ts';
import { parseWavMono } from '../../src/core/wav.ts';
import { toS16Base64 } from '../../talk/audio-files.ts';
import { TALK_RATE_HZ } from '../../talk/page/plan.ts';
import { CUT_OFFS, FULL_ROUNDS, QUICK_ROUNDS } from '../measure/bench.ts';
import type { Bench, BenchCase, CaseSession, Quantity, Target } from '../measure/bench.ts';
import { ensureBenchPages, openBenchPage } from '../measure/bench-page.ts';
import type { OpenPage } from '../measure/bench-page.ts';
import type { VadWebSettings, VoiceActivityBench } from '../pages/voice-activity/main.ts';
import { CLIPS } from '../turns/clips/catalog.ts';
import { ensureClips } from '../turns/clips/generate.ts';
import { planConversations } from '../turns/conversations.ts';
import { scoreDecisions } from '../turns/decisions.ts';
import type { DecisionScore } from '../turns/decisions.ts';
import type { HeldConversation } from '../turns/hold.ts';
import { CLIP_MARGIN_MS, TIMERS_MS, toOutcomes } from '../turns/outcomes.ts';
import { openSuite } from '../turns/suite.ts';
import type { PauseOutcome } from '../turns/outcomes.ts';
import { readRecorded } from '../turns/recorded.ts';

declare const voiceActivityBench: VoiceActivityBench;

const AGENT = 'ours';
const VAD_HZ = 16_000;
const timerName = (ms: number): string => `timer ${ms} ms`;

/** With the product's weights and thresholds in both; the tuned one waits as long as the middle timer. */
const VAD_WEB: Readonly<Record<string, VadWebSettings>> = {
  'vad-web as it comes (1,400 ms)': {},
  'vad-web tuned (500 ms)': {
    ...{ redemptionMs: 500, minSpeechMs: 250 },
    ...{ positiveSpeechThreshold: 0.5, negativeSpeechThreshold: 0.35 },
  },
};
const ARMS = [AGENT, ...TIMERS_MS.map(timerName), ...Object.keys(VAD_WEB)];

interface TurnPage {
  readonly name: string;
  readonly isIsolated: boolean;
  /** Of the ratio to the middle timer; absent where nothing is promised. */
  readonly atMost?: number;
  /** An endpoint answers, which tells nothing of words. */
  readonly hasEndpoint?: boolean;
}

const PAGES: readonly TurnPage[] = [
  { name: 'isolated page', isIsolated: true, atMost: 0.4 },
  { name: 'plain page', isIsolated: false, atMost: 0.55 },
  { name: 'with an endpoint, isolated page', isIsolated: true, hasEndpoint: true },
];
/** Of the conversations that the suite makes of its clips. */
const CONVERSATIONS = 3;
const COST = 'voice detection, one thread';
const COST_FILE = 'librivox/sense_and_sensibility_01_austen_64kb-0870.wav';

export function createTurnBench(): Bench {
  return {
    name: 'turn',
    setUp: ensureBenchPages,
    cases: [...PAGES.map(toCase), COST_CASE],
    quantities: [...PAGES.flatMap(toQuantities), COST_QUANTITY],
    notes: [
      'Clips with inner pauses, see turn-suite.md. Timers and vad-web hear the microphone channel of the very recording that the agent is scored on, without any delay of their own.',
      'With an endpoint for a language model the agent goes by the voice alone; the model on the device tells whether words are a whole sentence.',
      'vad-web 0.0.31 is given the same Silero v5 file; its package comes with an older one as its default.',
    ],
  };
}

const idOf = ({ name }: TurnPage): string => `clips with inner pauses, ${name}`;

function toCase(each: TurnPage): BenchCase {
  const rounds = { full: 2 * CONVERSATIONS, quick: 1 };
  return { id: idOf(each), arms: ARMS, rounds, open: () => openCase(each) };
}

/** All arms are scored on one recording, which is kept: the first arm of a round makes it. */
async function openCase({ isIsolated, hasEndpoint = false }: TurnPage): Promise<CaseSession> {
  const clips = await ensureClips(CLIPS.filter(({ set }) => set === 'pause').map(({ id }) => id));
  const plans = planConversations(['pauses'], clips);
  const suite = await openSuite({ isIsolated });
  const vadWeb = await openVoiceActivity();
  return {
    async measure(arm, round) {
      const plan = plans[round % plans.length];
      if (plan === undefined) throw new Error('no clips');
      const repeated = {
        ...plan,
        id: `${plan.id}-${Math.floor(round / plans.length) + 1}`,
        ...(hasEndpoint ? ({ replies: 'short' } as const) : {}),
      };
      const held = await suite.hold(repeated);
      const settings = VAD_WEB[arm];
      const outcomes = toOutcomes(repeated, held.report, held.trace);
      const scores =
        settings === undefined
          ? outcomes.flatMap((outcome) => (outcome.type === 'pause' ? scoreOf(outcome, arm) : []))
          : await scoreVadWeb(held, settings, vadWeb);
      return {
        delayMs: scores.map(({ delayMs }) => delayMs),
        [CUT_OFFS]: scores.reduce((sum, { cutOffs }) => sum + cutOffs, 0),
      };
    },
    async close() {
      await vadWeb.close();
      await suite.close();
    },
  };
}

function scoreOf({ agent, timers }: PauseOutcome, arm: string): DecisionScore[] {
  if (arm === AGENT) return [agent];
  return timers.filter(({ silenceMs }) => timerName(silenceMs) === arm);
}

/** The same stretch of the microphone channel that the timers are scored on, clip by clip. */
async function scoreVadWeb(
  { report, folder }: HeldConversation,
  settings: VadWebSettings,
  { page }: OpenPage,
): Promise<DecisionScore[]> {
  const { left } = await readRecorded(folder);
  const scores: DecisionScore[] = [];
  for (const { startMs, speechSpansMs } of report.clips) {
    const endMs = speechSpansMs.at(-1)?.[1] ?? 0;
    const fromMs = Math.max(0, (startMs ?? 0) - CLIP_MARGIN_MS.before);
    const toSample = (ms: number): number => Math.round((ms * TALK_RATE_HZ) / 1_000);
    const heard = left.subarray(toSample(fromMs), toSample(endMs + CLIP_MARGIN_MS.after));
    const pcm = toS16Base64(resample(heard, { fromHz: TALK_RATE_HZ, toHz: VAD_HZ }));
    const ends = await page.evaluate(
      (each) => voiceActivityBench.speechEnds(each.settings, each.pcm),
      { settings, pcm },
    );
    const decisions = ends.map((ms) => ({ basedOnMs: fromMs + ms, takenMs: fromMs + ms }));
    scores.push(scoreDecisions(decisions, endMs));
  }
  return scores;
}

async function openVoiceActivity(): Promise<OpenPage> {
  const opened = await openBenchPage('voice-activity', { isIsolated: true });
  try {
    await opened.page.evaluate(() => voiceActivityBench.load());
    return opened;
  } catch (error) {
    await opened.close();
    throw error;
  }
}

function toQuantities(each: TurnPage): Quantity[] {
  return ARMS.slice(1).map((theirs) => {
    const isMeant = theirs === timerName(500);
    const { atMost } = each;
    const target: Target | null =
      isMeant && atMost !== undefined ? { of: 'ratio', atMost, atNoMoreCutOffs: true } : null;
    return {
      ...{ quantity: 'last speech sample to decision', unit: 'ms', case: idOf(each) },
      ...{ figure: 'delayMs', ours: AGENT, theirs, target },
    };
  });
}

const COST_CASE: BenchCase = {
  id: COST,
  arms: [AGENT, 'vad-web'],
  rounds: { full: FULL_ROUNDS, quick: QUICK_ROUNDS },
  async open() {
    const opened = await openVoiceActivity();
    const wav = parseWavMono(await readFile(path.join(RECORDINGS_DIR, COST_FILE)));
    const pcm = toS16Base64(resample(wav.pcm, { fromHz: wav.sampleRateHz, toHz: VAD_HZ }));
    return {
      measure: async (arm) => ({
        costMs: await opened.page.evaluate(
          (each) => voiceActivityBench.costMs(each.arm, each.pcm),
          {
            arm: arm as 'ours' | 'vad-web',
            pcm,
          },
        ),
      }),
      close: opened.close,
    };
  },
};

const COST_QUANTITY: Quantity = {
  ...{ quantity: 'compute for a second of audio', unit: 'ms', case: COST, figure: 'costMs' },
  ...{ ours: AGENT, theirs: 'vad-web', target: null },
};
