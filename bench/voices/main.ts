// `npm run suite:voices -- [--count N] [--again]`: Kokoro on kernels of our own beside the shipped graph on ONNX
// Runtime: thirty sentences, five voices, compared by length, spectrum and what the recogniser hears. Node.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { readJson } from '../../scripts/lib/files.mjs';
import { resample } from '../../src/core/resampler.ts';
import { withListenBack } from '../../talk/listen-back.ts';
import type { ListenBack } from '../../talk/listen-back.ts';
import { TALK_RATE_HZ } from '../../talk/page/plan.ts';
import { countWordErrors } from '../../test/support/word-error-rate.ts';
import { toSamples } from '../benches/heard-back.ts';
import { ensureBenchPages, openBenchPage } from '../measure/bench-page.ts';
import type { LikenessBench, LikenessPair, LikenessVoice } from '../pages/voice-likeness/main.ts';
import { describeCompared } from './describe.ts';
import type { ComparedSentence } from './describe.ts';
import { LIKENESS_SENTENCES, LIKENESS_VOICES } from './sentences.ts';
import { compareSpectra } from './spectral-likeness.ts';
import type { Rendering } from './spectral-likeness.ts';

declare const likenessBench: LikenessBench;

const OUTPUT_DIR = path.resolve('talk-out', 'voices');

interface Line {
  readonly voice: string;
  readonly text: string;
}

/** Every voice says the first sentence, then the second: any stretch is a fair choice. */
function allLines(): Line[] {
  return LIKENESS_SENTENCES.flatMap((text) => LIKENESS_VOICES.map((voice) => ({ voice, text })));
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { count: { type: 'string' }, again: { type: 'boolean', default: false } },
  });
  const lines = allLines().slice(0, values.count === undefined ? undefined : Number(values.count));
  await mkdir(OUTPUT_DIR, { recursive: true });
  const file = path.join(OUTPUT_DIR, 'likeness.json');
  const known = values.again ? null : ((await readJson(file)) as ComparedSentence[] | null);
  const compared = [...(known ?? [])];
  const missing = lines.filter(
    ({ voice, text }) => !compared.some((each) => each.voice === voice && each.text === text),
  );
  if (missing.length > 0) {
    await ensureBenchPages();
    await withListenBack((listen) =>
      withLikenessPage(async (say) => {
        for (const line of missing) {
          compared.push(await compare(line, { pair: await say(line), listen }));
          await writeFile(file, `${JSON.stringify(compared, null, 2)}\n`);
        }
      }),
    );
  }
  console.log(`${describeCompared(compared)}\n${file}`);
}

async function compare(
  { voice, text }: Line,
  { pair, listen }: { pair: LikenessPair; listen: ListenBack },
): Promise<ComparedSentence> {
  const [ours, shipped] = [toRendering(pair.ours), toRendering(pair.shipped)];
  const hear = ({ pcm }: Rendering): Promise<string> =>
    listen(resample(pcm, { fromHz: pair.sampleRateHz, toHz: TALK_RATE_HZ }));
  const heard = { ours: await hear(ours), shipped: await hear(shipped) };
  const moved = ours.frames.map((count, symbol) => Math.abs(count - (shipped.frames[symbol] ?? 0)));
  return {
    ...{ voice, text, heard },
    samples: { ours: ours.pcm.length, shipped: shipped.pcm.length },
    symbols: moved.length,
    movedSymbols: moved.filter((by) => by > 0).length,
    mostFrames: Math.max(...moved),
    likeness: compareSpectra(ours, shipped),
    errors: {
      ours: countWordErrors(text, heard.ours).errors,
      shipped: countWordErrors(text, heard.shipped).errors,
    },
    words: countWordErrors(text, '').words,
  };
}

function toRendering({ pcmBase64, frames }: LikenessVoice): Rendering {
  return { pcm: toSamples(pcmBase64), frames };
}

/** The page that says them, for as long as `work` runs. */
async function withLikenessPage(
  work: (say: (line: Line) => Promise<LikenessPair>) => Promise<void>,
): Promise<void> {
  const { page, close } = await openBenchPage('voice-likeness', { isIsolated: true });
  try {
    await work((line) => page.evaluate((each) => likenessBench.say(each), line));
  } finally {
    await close();
  }
}

await main();
