// How soon a voice whose sentence is cut off can begin the next one. Node and Chromium.
import type { BenchCase, CaseSession, Quantity } from '../measure/bench.ts';
import type { VoiceBench } from '../pages/voice/main.ts';
import { openVoices } from './tts-page.ts';
import type { VoicePage } from './tts-page.ts';

declare const voiceBench: VoiceBench;

const ARMS = ['kokoro', 'piper'] as const;
type OwnVoice = (typeof ARMS)[number];

/** Nearly the 500 symbols that a voice takes at once, and no rest at which they could be divided. */
const TEXT =
  'The morning train left the station a little before seven while the last passengers were still finding their seats and outside a thin white mist lay on the meadows along the river where two men in heavy coats were walking slowly towards the old bridge with a dog that ran ahead of them and came back again and again as if it wanted to tell them about everything that it had found in the wet grass between the willows and the water on that cold and quiet morning in the last week of October.';
/** Of the time that the whole takes, one after the other in each round; later from round to round, so that other steps are met. */
const CUT_AFTER_SHARES = [0.01, 0.1, 0.3, 0.5, 0.8];
const SHIFT_MS = 11;
/** Five cuts each. */
const ROUNDS = { full: 10, quick: 1 };
const FREE_WITHIN_MS = 250;

const idOf = ({ name }: VoicePage): string => `a long sentence is cut off, ${name}`;

export function createCutCase(voicePage: VoicePage): BenchCase {
  return { id: idOf(voicePage), arms: ARMS, rounds: ROUNDS, open: () => openCutCase(voicePage) };
}

async function openCutCase(voicePage: VoicePage): Promise<CaseSession> {
  const { page, close } = await openVoices(voicePage, []);
  const wholeMs = new Map<string, number>();
  return {
    async measure(arm, round) {
      const own = { arm: arm as OwnVoice, text: TEXT };
      if (!wholeMs.has(arm)) {
        const { totalMs } = await page.evaluate(
          (each) => voiceBench.speak(each.arm, each.text),
          own,
        );
        wholeMs.set(arm, totalMs);
      }
      const freeMs: (number | null)[] = [];
      for (const share of CUT_AFTER_SHARES) {
        const afterMs = share * (wholeMs.get(arm) ?? 0) + round * SHIFT_MS;
        freeMs.push(await page.evaluate((each) => voiceBench.cut(each), { ...own, afterMs }));
      }
      return { freeMs };
    },
    close,
  };
}

export function toCutQuantities(voicePage: VoicePage): Quantity[] {
  return ARMS.map((ours) => ({
    ...{ quantity: `${ours}: cut to the next request let in`, unit: 'ms', case: idOf(voicePage) },
    ...{ figure: 'freeMs', ours, theirs: null },
    target: { of: 'ours', atMost: FREE_WITHIN_MS, quantile: 1 },
  }));
}
