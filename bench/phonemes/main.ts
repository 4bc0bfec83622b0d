// `npm run suite:phonemes -- [--count N] [--from N] [--voice ID]`: sentences said with our phonemes and with eSpeak's,
// heard back by the product's own recogniser, word errors of both beside each other. Node.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { readJson } from '../../scripts/lib/files.mjs';
import { resample } from '../../src/core/resampler.ts';
import { TalkBrowser } from '../../talk/browser.ts';
import { withListenBack } from '../../talk/listen-back.ts';
import type { ListenBack } from '../../talk/listen-back.ts';
import { TALK_RATE_HZ } from '../../talk/page/plan.ts';
import { openSite } from '../../talk/site.ts';
import type { TalkSpeaker } from '../../talk/speak/main.ts';
import { countWordErrors } from '../../test/support/word-error-rate.ts';
import { describeSentences, describeTotals } from './describe.ts';
import type { HeardSentence } from './describe.ts';
import { SENTENCES } from './sentences.ts';
import type { SentenceKind } from './sentences.ts';

declare const talkSpeaker: TalkSpeaker;

const OUTPUT_DIR = path.resolve('talk-out', 'phonemes');
const ARMS = ['auto', 'espeak'] as const;

interface Sentence {
  readonly kind: SentenceKind;
  readonly text: string;
}

type Speak = (line: Parameters<TalkSpeaker['speak']>[0]) => Promise<Float32Array>;

/** One of each kind after the other, so that any stretch of them is a fair choice. */
function allSentences(): Sentence[] {
  const kinds = Object.entries(SENTENCES) as [SentenceKind, readonly string[]][];
  const most = Math.max(...kinds.map(([, texts]) => texts.length));
  return Array.from({ length: most }, (_, i) =>
    kinds.flatMap(([kind, texts]) => (texts[i] === undefined ? [] : { kind, text: texts[i] })),
  ).flat();
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      from: { type: 'string', default: '0' },
      count: { type: 'string', default: '200' },
      voice: { type: 'string', default: 'af_heart' },
      again: { type: 'boolean', default: false },
    },
  });
  const from = Number(values.from);
  const chosen = allSentences().slice(from, from + Number(values.count));
  await mkdir(OUTPUT_DIR, { recursive: true });
  const file = path.join(OUTPUT_DIR, `${values.voice}.json`);
  const known = (values.again ? null : await readJson(file)) as HeardSentence[] | null;
  const heard = new Map((known ?? []).map((sentence) => [sentence.text, sentence]));
  const keep = async (sentence: HeardSentence): Promise<void> => {
    heard.set(sentence.text, sentence);
    await writeFile(file, `${JSON.stringify([...heard.values()], null, 2)}\n`);
  };
  await withListenBack((listen) =>
    withSpeaker(async (speak) => {
      for (const sentence of chosen) {
        if (heard.has(sentence.text)) continue;
        await keep(await hearBoth(sentence, { speak, listen, voice: values.voice }));
      }
    }),
  );
  const results = chosen.flatMap(({ text }) => heard.get(text) ?? []);
  console.log(`${describeSentences(results)}\n\n${describeTotals(results)}\n${file}`);
}

async function hearBoth(
  { kind, text }: Sentence,
  { speak, listen, voice }: { speak: Speak; listen: ListenBack; voice: string },
): Promise<HeardSentence> {
  const arms = { auto: '', espeak: '' };
  for (const phonemes of ARMS) {
    arms[phonemes] = await listen(await speak({ voice, text, speed: 1, phonemes }));
  }
  const errors = {
    auto: countWordErrors(text, arms.auto).errors,
    espeak: countWordErrors(text, arms.espeak).errors,
  };
  return { kind, text, heard: arms, errors, words: countWordErrors(text, '').words };
}

/** The page that speaks, for as long as `work` runs. */
async function withSpeaker(work: (speak: Speak) => Promise<void>): Promise<void> {
  const site = await openSite({ isIsolated: true });
  const browser = await TalkBrowser.launch({ captureFile: null, allowedHosts: [] });
  try {
    const page = await browser.open(`${site.origin}/speak/index.html`);
    await work(async (line) => {
      const spoken = await page.evaluate((each) => talkSpeaker.speak(each), line);
      const bytes = Buffer.from(spoken.pcmBase64, 'base64');
      const pcm = Float32Array.from(
        { length: bytes.length / 2 },
        (_, i) => bytes.readInt16LE(2 * i) / 32_768,
      );
      return resample(pcm, { fromHz: spoken.sampleRateHz, toHz: TALK_RATE_HZ });
    });
  } finally {
    await browser.close();
    await site.close();
  }
}

await main();
