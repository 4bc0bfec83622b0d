// Word error rate of a transcript against what was said. Portable: tests, contract suites and bench.

export interface WordErrors {
  /** Substitutions, insertions and deletions. */
  readonly errors: number;
  /** Words of the reference. */
  readonly words: number;
}

const ABBREVIATIONS: Readonly<Record<string, string>> = {
  mr: 'mister',
  mrs: 'missus',
  dr: 'doctor',
  ok: 'okay',
};

const ONES =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const TENS = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');

/** Lower-case words without punctuation; hyphens part words, digits and usual abbreviations are spelled out. */
export function toComparableWords(text: string): readonly string[] {
  return text
    .toLowerCase()
    .replace(/(\d),(?=\d{3})/gu, '$1')
    .replace(/%/gu, ' percent ')
    .replace(/['’]/gu, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .flatMap((word) => (/^\d{1,6}$/u.test(word) ? spellNumber(Number(word)) : word))
    .map((word) => ABBREVIATIONS[word] ?? word);
}

/** Word-level Levenshtein distance of the two texts after {@link toComparableWords}. */
export function countWordErrors(reference: string, hypothesis: string): WordErrors {
  const said = toComparableWords(reference);
  const heard = toComparableWords(hypothesis);
  let row = Array.from({ length: heard.length + 1 }, (_, index) => index);
  for (const [index, word] of said.entries()) {
    const next = [index + 1];
    for (const [column, other] of heard.entries()) {
      const substitution = row[column]! + (word === other ? 0 : 1);
      next.push(Math.min(substitution, row[column + 1]! + 1, next[column]! + 1));
    }
    row = next;
  }
  return { errors: row.at(-1)!, words: said.length };
}

/** Errors per reference word over several pairs; a reference without words counts as one word. */
export function wordErrorRate(pairs: readonly { reference: string; hypothesis: string }[]): number {
  const counts = pairs.map((pair) => countWordErrors(pair.reference, pair.hypothesis));
  const errors = counts.reduce((sum, count) => sum + count.errors, 0);
  return (
    errors /
    Math.max(
      1,
      counts.reduce((sum, count) => sum + count.words, 0),
    )
  );
}

function spellNumber(value: number): string[] {
  if (value < 20) return [ONES[value]!];
  if (value < 100) return [TENS[Math.floor(value / 10) - 2]!, ...spellRest(value % 10)];
  if (value < 1000) {
    return [ONES[Math.floor(value / 100)]!, 'hundred', ...spellRest(value % 100)];
  }
  return [...spellNumber(Math.floor(value / 1000)), 'thousand', ...spellRest(value % 1000)];
}

function spellRest(value: number): string[] {
  return value === 0 ? [] : spellNumber(value);
}
