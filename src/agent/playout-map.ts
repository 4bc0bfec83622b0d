// Which samples of a reply say which of its characters: play cursor in, heard text out. Pure.
import type { WordTime } from '../core/contracts/text-to-speech.ts';

export interface SpokenSpan {
  /** Samples from the start of the generation. */
  readonly startSample: number;
  readonly endSample: number;
  /** Characters of the reply's text, end exclusive. */
  readonly start: number;
  readonly end: number;
  /** Samples from `startSample`, characters of the reply's text; null where they are not known. */
  readonly words: readonly WordTime[] | null;
}

/** A word counts as heard when at least this share of it was played. */
const HEARD_SHARE = 0.5;

export class PlayoutMap {
  readonly #spans: SpokenSpan[] = [];
  #totalSamples = 0;

  /** Samples added so far, silence included. */
  get totalSamples(): number {
    return this.#totalSamples;
  }

  addSpeech(
    samples: number,
    span: { start: number; end: number },
    words: SpokenSpan['words'],
  ): void {
    const startSample = this.#totalSamples;
    this.#totalSamples += samples;
    this.#spans.push({ ...span, startSample, endSample: this.#totalSamples, words });
  }

  addSilence(samples: number): void {
    this.#totalSamples += samples;
  }

  /** The part of `text` that was heard when `playedSamples` were played: ends at a word's end. */
  heardText(text: string, playedSamples: number): string {
    let heardEnd = 0;
    for (const span of this.#spans) {
      if (playedSamples >= span.endSample) heardEnd = span.end;
      else if (playedSamples > span.startSample)
        heardEnd = heardEndWithin(span, text, playedSamples);
      else break;
    }
    return text.slice(0, heardEnd).trimEnd();
  }

  /** The words of the pieces that overlap this range of samples. */
  textBetween(text: string, range: { fromSample: number; toSample: number }): string {
    const { fromSample, toSample } = range;
    const within = this.#spans.filter(
      (span) => span.endSample > fromSample && span.startSample < toSample,
    );
    const [first] = within;
    const last = within.at(-1);
    return first === undefined || last === undefined ? '' : text.slice(first.start, last.end);
  }
}

function heardEndWithin(span: SpokenSpan, text: string, playedSamples: number): number {
  const played = playedSamples - span.startSample;
  let heardEnd = span.start;
  for (const word of span.words ?? estimateWords(span, text)) {
    const threshold = word.startSample + (word.endSample - word.startSample) * HEARD_SHARE;
    if (played < threshold) break;
    heardEnd = word.end;
  }
  return heardEnd;
}

/** Without word times each word gets the share of the audio that its characters have of the text. */
function estimateWords(span: SpokenSpan, text: string): WordTime[] {
  const spoken = text.slice(span.start, span.end);
  const samplesPerCharacter = (span.endSample - span.startSample) / Math.max(1, spoken.length);
  return [...spoken.matchAll(/\S+/gu)].map((match) => {
    const start = match.index;
    const end = start + match[0].length;
    return {
      start: span.start + start,
      end: span.start + end,
      startSample: start * samplesPerCharacter,
      endSample: end * samplesPerCharacter,
    };
  });
}
