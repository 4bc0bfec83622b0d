// The pronunciation suite's results as text: sentences that differ, and word error rates by kind. Pure.
import type { SentenceKind } from './sentences.ts';

type Arm = 'auto' | 'espeak';

export interface HeardSentence {
  readonly kind: SentenceKind;
  readonly text: string;
  readonly heard: Readonly<Record<Arm, string>>;
  /** Words that were heard otherwise, not at all, or besides. */
  readonly errors: Readonly<Record<Arm, number>>;
  readonly words: number;
}

/** Those on which the two differ, the ones that ours loses last. */
export function describeSentences(sentences: readonly HeardSentence[]): string {
  const gain = ({ errors }: HeardSentence): number => errors.espeak - errors.auto;
  return sentences
    .filter((sentence) => gain(sentence) !== 0)
    .sort((a, b) => gain(b) - gain(a))
    .map(({ text, heard, errors }) =>
      [
        text,
        `  ours ${errors.auto}: ${heard.auto}`,
        `  eSpeak ${errors.espeak}: ${heard.espeak}`,
      ].join('\n'),
    )
    .join('\n');
}

export function describeTotals(sentences: readonly HeardSentence[]): string {
  const kinds = [...new Set(sentences.map(({ kind }) => kind))];
  const rows = kinds.map((kind) =>
    describeRow(
      kind,
      sentences.filter((each) => each.kind === kind),
    ),
  );
  return ['kind: words, WER ours, WER eSpeak', ...rows, describeRow('all', sentences)].join('\n');
}

function describeRow(name: string, sentences: readonly HeardSentence[]): string {
  const sum = (of: (sentence: HeardSentence) => number): number =>
    sentences.reduce((total, sentence) => total + of(sentence), 0);
  const words = sum((sentence) => sentence.words);
  const rate = (arm: Arm): string =>
    `${((100 * sum(({ errors }) => errors[arm])) / Math.max(1, words)).toFixed(1)} %`;
  return `${name}: ${words}, ${rate('auto')}, ${rate('espeak')}`;
}
