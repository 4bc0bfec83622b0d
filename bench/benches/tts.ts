// Voices: time to first audio and real-time factor, beside kokoro-js and sherpa-onnx on the same weights, and what
// is heard of them. Node and Chromium.
import { FULL_ROUNDS, QUICK_ROUNDS } from '../measure/bench.ts';
import type { Bench, BenchCase, CaseSession, Quantity, Target } from '../measure/bench.ts';
import { ensureBenchPages } from '../measure/bench-page.ts';
import type { VoiceArm, VoiceBench } from '../pages/voice/main.ts';
import { LIKENESS_SENTENCES } from '../voices/sentences.ts';
import { countHeardErrors } from './heard-back.ts';
import { ensureKokoroHub } from './kokoro-hub.ts';
import { createCutCase, toCutQuantities } from './tts-cut.ts';
import { openVoices, VOICE_PAGES } from './tts-page.ts';
import type { VoicePage } from './tts-page.ts';

declare const voiceBench: VoiceBench;

/** The lengths that published figures are of. */
const TEXTS: Readonly<Record<string, string>> = {
  '20 characters': 'It is sunny outside.',
  '150 characters':
    'The morning train left the station a little before seven. The last passengers were still finding their seats, and outside a thin white mist lay on it.',
};

/** In one sentence there is nothing to stream; in several, streaming is the peer's quicker way. */
const ARMS: Readonly<Record<string, readonly VoiceArm[]>> = {
  '20 characters': ['kokoro', 'kokoro-js generate', 'piper', 'sherpa-onnx', 'flite'],
  '150 characters': ['kokoro', 'kokoro-js stream', 'piper', 'sherpa-onnx', 'flite'],
};
/** Who is compared with whom: the same weights each. */
const PEERS: Readonly<Record<'kokoro' | 'piper', readonly VoiceArm[]>> = {
  kokoro: ['kokoro-js generate', 'kokoro-js stream'],
  piper: ['sherpa-onnx'],
};
/** One of the voices has to be told beforehand. */
const TEXTS_SAID = [...Object.values(TEXTS), ...LIKENESS_SENTENCES];
/** Said by each voice, and heard by the recogniser. */
const HEARD = `${LIKENESS_SENTENCES.length} sentences, isolated page, 2 threads`;
const HEARD_ARMS: readonly VoiceArm[] = [
  ...(['kokoro', 'kokoro-js generate', 'piper', 'sherpa-onnx', 'flite'] as const),
];
/** What a voice must keep to beside a language model at work, by threads. */
const MOST_RTF: Readonly<Record<number, number>> = { 1: 0.8, 2: 0.5 };
const FIRST_CLAUSE: Target = { of: 'ours', atMost: 400 };
/** Idle threads of the runtime before may still spin for a moment. */
const REST_MS = 300;

export function createTtsBench(): Bench {
  const cases = VOICE_PAGES.flatMap((page) => Object.keys(TEXTS).map((text) => ({ page, text })));
  return {
    name: 'tts',
    setUp: async () => {
      await ensureBenchPages();
      await ensureKokoroHub();
    },
    cases: [...cases.map(toCase), ...VOICE_PAGES.map(createCutCase), createHeardCase()],
    quantities: [
      ...cases.flatMap(toQuantities),
      ...VOICE_PAGES.flatMap(toCutQuantities),
      ...toHeardQuantities(),
    ],
    notes: [
      'Flite is measured beside nobody: it is the smallest voice, and no other library runs it here.',
      'sherpa-onnx 1.13.8 runs the same Piper weights, on one thread, with a lexicon made of our phonemes.',
      'kokoro-js 1.2.1 runs the same int8 weights with the same number of threads, in a worker of the same page; only names of inputs and outputs are changed for it.',
      'Our audio has the silence at its ends cut off, theirs has not: the same compute gives ours a higher real-time factor.',
      'Word errors are of one run over thirty sentences, the same each time: 160 words are too few for their ratio to mean much. Kokoro and Piper have the phonemes of our own lexicon here, `kokoro-js` those of eSpeak NG: the two differ in what is pronounced, and not only in how. [Voices](voices.md#kokoro) has 150 pairs with the same phonemes.',
      'Cut: a sentence without a rest, as long as a voice takes at once, is cut off at five moments of the time that it takes, from its beginning to four fifths, in each round. The next request is let in when the voice has let go of the one that was cut.',
    ],
  };
}

type VoiceCase = { readonly page: VoicePage; readonly text: string };

const idOf = ({ page, text }: VoiceCase): string => `${text}, ${page.name}`;
const armsOf = ({ text }: VoiceCase): readonly VoiceArm[] => ARMS[text] ?? [];

function toCase(voiceCase: VoiceCase): BenchCase {
  return {
    id: idOf(voiceCase),
    arms: armsOf(voiceCase),
    rounds: { full: FULL_ROUNDS, quick: QUICK_ROUNDS },
    open: () => openCase(voiceCase),
  };
}

async function openCase({ page: voicePage, text }: VoiceCase): Promise<CaseSession> {
  const { page, close } = await openVoices(voicePage, TEXTS_SAID);
  return {
    measure: async (arm) => {
      await page.waitForTimeout(REST_MS);
      const request = { arm: arm as VoiceArm, text: TEXTS[text] ?? '' };
      const spoken = await page.evaluate((each) => voiceBench.speak(each.arm, each.text), request);
      const rtf = spoken.audioMs === 0 ? null : spoken.totalMs / spoken.audioMs;
      return {
        firstAudioMs: rtf === null ? null : spoken.firstAudioMs,
        totalMs: spoken.totalMs,
        rtf,
      };
    },
    close,
  };
}

function toQuantities(voiceCase: VoiceCase): Quantity[] {
  const id = idOf(voiceCase);
  const { threads } = voiceCase.page;
  const row = (ours: VoiceArm, theirs: VoiceArm | null) => {
    const of = (quantity: string, figure: string, target: Target | null): Quantity => ({
      ...{ quantity: `${ours}: ${quantity}`, case: id, figure, ours, theirs, target },
      unit: figure === 'rtf' ? 'rtf' : 'ms',
    });
    const isKokoro = ours === 'kokoro';
    const ratio: Target | null = isKokoro ? { of: 'ratio', atMost: 0.4 } : null;
    const rtf: Target | null = isKokoro ? { of: 'ours', atMost: MOST_RTF[threads] ?? 1 } : null;
    const isFirstClause = isKokoro && voiceCase.text === '20 characters' && threads === 2;
    return [
      of('time to first audio', 'firstAudioMs', isFirstClause ? FIRST_CLAUSE : null),
      of('time for all of it', 'totalMs', ratio),
      of('real-time factor', 'rtf', rtf),
    ];
  };
  const compared = (['kokoro', 'piper'] as const).flatMap((ours) =>
    armsOf(voiceCase)
      .filter((arm) => PEERS[ours].includes(arm))
      .flatMap((peer) => row(ours, peer)),
  );
  return [...compared, ...row('flite', null)];
}

/** Once: the voices say the same every time. */
function createHeardCase(): BenchCase {
  return { id: HEARD, arms: HEARD_ARMS, rounds: { full: 1, quick: 1 }, open: openHeardCase };
}

async function openHeardCase(): Promise<CaseSession> {
  const heard = { name: HEARD, isIsolated: true, threads: 2 };
  const { page, close } = await openVoices(heard, TEXTS_SAID);
  const say = (arm: VoiceArm, text: string) =>
    page.evaluate((each) => voiceBench.record(each.arm, each.text), { arm, text });
  return {
    measure: async (arm) => {
      const { errors, words } = await countHeardErrors(LIKENESS_SENTENCES, (text) =>
        say(arm as VoiceArm, text),
      );
      return { wordErrorRate: errors / words };
    },
    close,
  };
}

function toHeardQuantities(): Quantity[] {
  const row = { case: HEARD, unit: 'share', figure: 'wordErrorRate', target: null } as const;
  return [
    {
      ...{ ...row, quantity: 'kokoro: word error rate' },
      ...{ ours: 'kokoro', theirs: 'kokoro-js generate' },
    },
    { ...row, quantity: 'piper: word error rate', ours: 'piper', theirs: 'sherpa-onnx' },
    { ...row, quantity: 'flite: word error rate', ours: 'flite', theirs: null },
  ];
}
