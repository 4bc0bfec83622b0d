// The likeness suite's results as text. Pure.
import { quantileOf } from '../measure/statistics.ts';
import type { SpectralLikeness } from './spectral-likeness.ts';

export interface ComparedSentence {
  readonly voice: string;
  readonly text: string;
  /** Samples of either, the silence in front included. */
  readonly samples: Readonly<Record<'ours' | 'shipped', number>>;
  readonly symbols: number;
  /** Symbols that last longer or shorter, and by how many frames at most. */
  readonly movedSymbols: number;
  readonly mostFrames: number;
  readonly likeness: SpectralLikeness;
  readonly heard: Readonly<Record<'ours' | 'shipped', string>>;
  readonly errors: Readonly<Record<'ours' | 'shipped', number>>;
  readonly words: number;
}

/** A line for each voice and one for all. */
export function describeCompared(sentences: readonly ComparedSentence[]): string {
  const voices = [...new Set(sentences.map(({ voice }) => voice))];
  return [
    ...voices.map((voice) =>
      describeSet(
        voice,
        sentences.filter((each) => each.voice === voice),
      ),
    ),
    describeSet('all', sentences),
  ].join('\n');
}

function describeSet(name: string, sentences: readonly ComparedSentence[]): string {
  const sum = (of: (sentence: ComparedSentence) => number): number =>
    sentences.reduce((total, sentence) => total + of(sentence), 0);
  const words = Math.max(
    1,
    sum((each) => each.words),
  );
  const rate = (arm: 'ours' | 'shipped'): string =>
    `${((100 * sum(({ errors }) => errors[arm])) / words).toFixed(1)} %`;
  const same = sentences.filter(({ samples }) => samples.ours === samples.shipped).length;
  const middleAndWorst = (of: (likeness: SpectralLikeness) => number, worst: 0 | 1): string => {
    const values = sentences.map(({ likeness }) => of(likeness));
    const [middle, end] = [quantileOf(values, 0.5), quantileOf(values, worst)];
    return `${(middle ?? 0).toFixed(2)} (worst ${(end ?? 0).toFixed(2)})`;
  };
  return [
    `${name}: ${sentences.length} sentences`,
    `${same} with the same number of samples`,
    `${sum((each) => each.movedSymbols)} of ${sum((each) => each.symbols)} symbols last longer or shorter, by ${Math.max(0, ...sentences.map((each) => each.mostFrames))} frames at most`,
    `spectra correlate ${middleAndWorst((each) => each.correlation, 0)}, differ by ${middleAndWorst((each) => each.distanceDb, 1)} dB`,
    `level ${middleAndWorst((each) => Math.abs(each.levelDb), 1)} dB apart`,
    `word errors ours ${rate('ours')}, shipped ${rate('shipped')}`,
  ].join('; ');
}
