// What a person is likely to say over the agent: they listen along, or they want the floor. Pure.
import type { PhraseHint } from '../core/contracts/speech-to-text.ts';
import { turnWordsOf } from '../text/turn-words.ts';

/**
 * Nats. Of 32 synthetic backchannels Moonshine took twelve for other words ("Oh, hi" for "uh-huh"), with one
 * of these at most 4 behind in all but one; of 32 interruptions they came within 5 only where a stop word
 * was heard, which is boosted too. "Pause", heard as "Pine", was 1.5 behind.
 */
const BACKCHANNEL_BOOST = 5;
const STOP_BOOST = 2.5;

/** Hints for an utterance that begins while the agent speaks; none where there is no table. */
export function overlapHints(language: string): readonly PhraseHint[] {
  const words = turnWordsOf(language);
  if (words === null) return [];
  return [
    ...words.commonBackchannels.map((text) => ({ text, boost: BACKCHANNEL_BOOST })),
    ...words.stop.map((text) => ({ text, boost: STOP_BOOST })),
  ];
}
