// Audio in and out under load: lag and loss on the way to voice detection, dry runs on the way out. Node.
import { FULL_ROUNDS, QUICK_ROUNDS } from '../measure/bench.ts';
import type { Bench, BenchCase, CaseSession, Quantity, Target } from '../measure/bench.ts';
import { ensureBenchPages, openBenchPage } from '../measure/bench-page.ts';
import { quantileOf } from '../measure/statistics.ts';
import type { LoadKind } from '../pages/capture/load.ts';
import type { CaptureArm, CaptureBench } from '../pages/capture/main.ts';

declare const captureBench: CaptureBench;

const OURS = 'ours';
const ARMS: readonly CaptureArm[] = [OURS, 'one message per quantum'];
const CAPTURE_MS = 8_000;
const PLAY_MS = 20_000;
const QUANTUM_FRAMES = 128;
const MINUTE_MS = 60_000;

interface AudioCase {
  readonly way: 'capture' | 'playback';
  readonly load: LoadKind;
  readonly isIsolated: boolean;
}

const CASES: readonly AudioCase[] = [
  { way: 'capture', load: 'nothing else', isIsolated: true },
  { way: 'capture', load: 'a voice at work', isIsolated: true },
  { way: 'capture', load: 'a voice at work', isIsolated: false },
  { way: 'capture', load: 'a recogniser at work', isIsolated: true },
  { way: 'capture', load: 'a language model at work', isIsolated: true },
  { way: 'capture', load: 'a CPU hog', isIsolated: true },
  { way: 'capture', load: 'a CPU hog', isIsolated: false },
  { way: 'capture', load: 'a busy main thread', isIsolated: true },
  { way: 'playback', load: 'nothing else', isIsolated: true },
  { way: 'playback', load: 'nothing else', isIsolated: false },
  { way: 'playback', load: 'a CPU hog', isIsolated: true },
  { way: 'playback', load: 'a CPU hog', isIsolated: false },
];
const idOf = ({ way, load, isIsolated }: AudioCase): string =>
  `${way} beside ${load}, ${isIsolated ? 'isolated' : 'plain'} page`;

export function createCaptureBench(): Bench {
  return {
    name: 'capture',
    setUp: ensureBenchPages,
    cases: CASES.map(toCase),
    quantities: CASES.flatMap(toQuantities),
    notes: [
      'The delay is from the rendering of a window’s last quantum to its probability of speech, on a wall clock of whole milliseconds; each sample is the 99th percentile, or the median, of one run of 8 s.',
      '"one message per quantum" posts each quantum to the page, which hands it on to the worker; both arms have the product’s ears and voice detection at the far end.',
      'Underruns are counted in thirty runs of 20 s, ten minutes in all: the mean of the runs is their number by the minute.',
      '"a voice at work" is Kokoro, "a recogniser" Moonshine on one sentence after the other, "a language model" SmolLM2 on one answer after the other, each on all cores without a pause; "a CPU hog" a thread for each core that is busy nine tenths of the time, "a busy main thread" one that is blocked for half of each second.',
    ],
  };
}

function toCase(each: AudioCase): BenchCase {
  return {
    id: idOf(each),
    arms: each.way === 'capture' ? ARMS : [OURS],
    rounds: { full: FULL_ROUNDS, quick: QUICK_ROUNDS },
    open: () => openCase(each),
  };
}

async function openCase({ way, load, isIsolated }: AudioCase): Promise<CaseSession> {
  const { page, close } = await openBenchPage('capture', { isIsolated });
  try {
    await page.evaluate((each) => captureBench.open(each), load);
  } catch (error) {
    await close();
    throw error;
  }
  const play = async () => {
    const { underruns } = await page.evaluate((ms) => captureBench.play(ms), PLAY_MS);
    return { underrunsPerMinute: (underruns * MINUTE_MS) / PLAY_MS };
  };
  const capture = async (arm: string) => {
    const { delaysMs, lostSamples } = await page.evaluate(
      (each) => captureBench.capture(each.arm, each.lengthMs),
      { arm: arm as CaptureArm, lengthMs: CAPTURE_MS },
    );
    return {
      p99Ms: quantileOf(delaysMs, 0.99),
      medianMs: quantileOf(delaysMs, 0.5),
      lostChunks: lostSamples / QUANTUM_FRAMES,
    };
  };
  return { measure: (arm) => (way === 'capture' ? capture(arm) : play()), close };
}

function toQuantities(each: AudioCase): Quantity[] {
  const id = idOf(each);
  if (each.way === 'playback') {
    const target: Target =
      each.load === 'nothing else'
        ? { of: 'ours', atMost: 0, quantile: 1 }
        : { of: 'ours', atMost: 1 };
    return [
      {
        ...{ quantity: 'underruns a minute', unit: 'count', case: id, middle: 'mean' },
        ...{ figure: 'underrunsPerMinute', ours: OURS, theirs: null, target },
      },
    ];
  }
  const row = (quantity: string, figure: string, target: Target | null): Quantity => ({
    ...{ quantity, unit: figure === 'lostChunks' ? 'count' : 'ms', case: id },
    ...{ figure, ours: OURS, theirs: ARMS[1] ?? null, target },
  });
  return [
    row('p99 of the delay', 'p99Ms', { of: 'ours', atMost: 20 }),
    row('median of the delay', 'medianMs', null),
    row('lost chunks', 'lostChunks', { of: 'ours', atMost: 0, quantile: 1 }),
  ];
}
