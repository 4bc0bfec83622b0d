// The recogniser: what partial transcripts cost and the final one takes, beside decoding the whole at once, by us and by
// sherpa-onnx. Node.
import { countWordErrors } from '../../test/support/word-error-rate.ts';
import { LIBRIVOX } from '../../test/support/recordings.ts';
import type { Bench, BenchCase, CaseSession, Figures, Quantity, Target } from '../measure/bench.ts';
import { ensureBenchPages, openBenchPage } from '../measure/bench-page.ts';
import type { OpenPage } from '../measure/bench-page.ts';
import type { RecogniserArm, RecogniserBench } from '../pages/recogniser/main.ts';

declare const recogniserBench: RecogniserBench;

/** A person reading, and synthetic questions: those the tests judge the recogniser by. */
const RECORDINGS: readonly string[] = [
  ...LIBRIVOX,
  ...['capital-of-france', 'two-plus-two', 'sunrise', 'tell-a-story', 'who-are-you'].map(
    (name) => `questions/${name}.wav`,
  ),
];
const ARMS: readonly RecogniserArm[] = ['streaming', 'one shot', 'sherpa-onnx'];
/** What the product is beside: what it does itself without partial transcripts, and the other library. */
const PEERS: readonly RecogniserArm[] = ['one shot', 'sherpa-onnx'];
/** Each has all recordings, one value of each. */
const ROUNDS = { full: 5, quick: 1 };
/** Work on the last partial transcript is over, and the next recording begins with rested cores. */
const BETWEEN_MS = 500;

const PAGES = [
  { name: 'isolated page, 2 threads', isIsolated: true, threads: 2 },
  { name: 'plain page, 1 thread', isIsolated: false, threads: 1 },
] as const;
type RecogniserPage = (typeof PAGES)[number];

export function createSttBench(): Bench {
  return {
    name: 'stt',
    setUp: ensureBenchPages,
    cases: PAGES.map(toCase),
    quantities: PAGES.flatMap(toQuantities),
    notes: [
      '"streaming" is the product: audio as it is spoken, partial transcripts meanwhile, the final one when the person falls silent. "one shot" gets the whole utterance at once, with the same Moonshine tiny.',
      'The final transcript is asked for, and timed, from a fixed 128 ms after the last loud sample (over -40 dBFS in 10 ms); the silence that recordings end in is cut off there. The product may ask sooner, where it hears that a sentence is finished.',
      'The share of a core while speaking has the browser itself in it, in both arms: their difference is what partial transcripts cost.',
      'sherpa-onnx 1.13.8 runs the same Moonshine weights on one thread, whatever the page, and gets the whole utterance at once, as its own browser examples do. Its streaming models are on no package registry.',
    ],
  };
}

function toCase(each: RecogniserPage): BenchCase {
  return { id: each.name, arms: ARMS, rounds: ROUNDS, open: () => openCase(each) };
}

async function openCase({ isIsolated, threads }: RecogniserPage): Promise<CaseSession> {
  const opened = await openBenchPage('recogniser', { isIsolated });
  try {
    await opened.page.evaluate((options) => recogniserBench.load(options), { threads });
  } catch (error) {
    await opened.close();
    throw error;
  }
  return {
    measure: (arm) => measureAll(opened, arm as RecogniserArm),
    close: opened.close,
  };
}

async function measureAll(opened: OpenPage, arm: RecogniserArm): Promise<Figures> {
  const heard: Heard[] = [];
  for (const file of RECORDINGS) heard.push(await measureOne(opened, arm, file));
  const errors = heard.reduce((sum, each) => sum + each.errors, 0);
  const words = heard.reduce((sum, each) => sum + each.words, 0);
  return {
    cpuShare: heard.map(({ cpuShare }) => cpuShare),
    finalMs: heard.map(({ finalMs }) => finalMs),
    rtf: heard.map(({ finalMs, audioMs }) => finalMs / audioMs),
    wordErrorRate: errors / words,
  };
}

interface Heard {
  readonly cpuShare: number;
  readonly finalMs: number;
  readonly audioMs: number;
  readonly errors: number;
  readonly words: number;
}

async function measureOne(
  { page, browser }: OpenPage,
  arm: RecogniserArm,
  file: string,
): Promise<Heard> {
  await page.waitForTimeout(BETWEEN_MS);
  const beforeS = await browser.cpuSeconds();
  const { audioMs } = await page.evaluate((each) => recogniserBench.speak(each.arm, each.file), {
    arm,
    file,
  });
  const usedS = (await browser.cpuSeconds()) - beforeS;
  const { finalMs, text, said } = await page.evaluate(() => recogniserBench.finish());
  const errors = countWordErrors(said, text);
  return { cpuShare: (usedS * 1_000) / audioMs, finalMs, audioMs, ...errors };
}

function toQuantities({ name }: RecogniserPage): Quantity[] {
  const atMost = (most: number): Target => ({ of: 'ours', atMost: most });
  const beside = PEERS.flatMap((theirs): Quantity[] => {
    const row = { case: name, ours: 'streaming', theirs };
    return [
      {
        ...{ ...row, quantity: 'final transcript', unit: 'ms', figure: 'finalMs' },
        target: atMost(120),
      },
      {
        ...{ ...row, quantity: 'core while speaking', unit: 'share', figure: 'cpuShare' },
        target: atMost(0.35),
      },
      {
        ...{ ...row, quantity: 'word error rate', unit: 'share', figure: 'wordErrorRate' },
        target: null,
      },
    ];
  });
  return [
    ...beside,
    {
      ...{ case: name, quantity: 'real-time factor', unit: 'rtf', figure: 'rtf' },
      ...{ ours: 'one shot', theirs: 'sherpa-onnx', target: null },
    },
  ];
}
