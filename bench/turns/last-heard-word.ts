// How far into a text a recording of it goes, by what a recogniser understood. Pure.

/** Cost of a word that is not in the text, or that the recogniser missed. */
const GAP = 1;
const MISMATCH = 1;

/**
 * Words of `text` that `understood`, a recording of its beginning, goes up to: where the best alignment
 * with a beginning of the text ends. Both as comparable words.
 */
export function lastHeardWord(text: readonly string[], understood: readonly string[]): number {
  let costs = Array.from({ length: text.length + 1 }, (_, index) => index * GAP);
  for (const word of understood) {
    const next = [(costs[0] ?? 0) + GAP];
    for (const [index, expected] of text.entries()) {
      const matched = (costs[index] ?? 0) + (isAlike(word, expected) ? 0 : MISMATCH);
      const skipped = Math.min((costs[index + 1] ?? 0) + GAP, (next[index] ?? 0) + GAP);
      next.push(Math.min(matched, skipped));
    }
    costs = next;
  }
  return costs.indexOf(Math.min(...costs));
}

/** The same word, or the beginning of it: a cut may leave half a word. */
function isAlike(heard: string, expected: string): boolean {
  return heard === expected || (heard.length > 2 && expected.startsWith(heard));
}
