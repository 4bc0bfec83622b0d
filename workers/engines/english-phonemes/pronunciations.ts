// How a word is said, by its part of speech. Types and constants alone.

/** Parts of speech that tell pronunciations apart; `END` is the form before a pause. Their order is part of the file format. */
export const TAGS = [
  'NOUN',
  'VERB',
  'ADJ',
  'ADV',
  'PAST',
  'PARTICIPLE',
  'PRESENT',
  'DETERMINER',
  'END',
] as const;
export type Tag = (typeof TAGS)[number];

export interface Pronunciations {
  /** What is said unless a tag says otherwise. */
  readonly usual: string;
  /** Empty for a part of speech in which the word is spelled out. */
  readonly byTag: Readonly<Partial<Record<Tag, string>>>;
  /** Whether the lexicon's makers checked it word by word. */
  readonly isChecked: boolean;
}

/** Applies to every pronunciation of a word. */
export function mapForms(
  { usual, byTag, isChecked }: Pronunciations,
  change: (phonemes: string) => string,
): Pronunciations {
  const changed = Object.entries(byTag).map(([tag, phonemes]) => [tag, change(phonemes)] as const);
  return { usual: change(usual), byTag: Object.fromEntries(changed), isChecked };
}
