// Finds the words that call the agent, as a recogniser may have heard them. Pure.

/** Words that may come before the phrase ("oh hey ...", a greeting, the end of a cough). */
const WORDS_BEFORE = 3;
/** Share of a word's letters that may differ: names are what recognisers spell most freely. */
const ALLOWED_DIFFERENCE = 0.34;

/** Whether `text` begins with the phrase, but for a few words before it. */
export function hasWakePhrase(text: string, phrase: string): boolean {
  return findEnd(text, phrase) !== null;
}

/** What was said after the phrase; the whole text when it is not there. */
export function withoutWakePhrase(text: string, phrase: string): string {
  const end = findEnd(text, phrase);
  return end === null ? text : text.slice(end).replace(/^[\s,.;:!?–—-]+/u, '');
}

/** Index after the phrase in `text`, or null. */
function findEnd(text: string, phrase: string): number | null {
  const heard = wordsOf(text);
  const wanted = wordsOf(phrase);
  if (wanted.length === 0) return null;
  const last = Math.min(WORDS_BEFORE, heard.length - wanted.length);
  for (let from = 0; from <= last; from += 1) {
    const isHere = wanted.every(({ word }, index) =>
      isAlike(heard[from + index]?.word ?? '', word),
    );
    if (isHere) return heard[from + wanted.length - 1]?.end ?? null;
  }
  return null;
}

function wordsOf(text: string): { word: string; end: number }[] {
  return [...text.matchAll(/[\p{L}\p{N}'’]+/gu)].map((match) => ({
    word: match[0].toLowerCase().replaceAll(/['’]/gu, ''),
    end: match.index + match[0].length,
  }));
}

function isAlike(heard: string, wanted: string): boolean {
  const allowed = Math.floor(wanted.length * ALLOWED_DIFFERENCE);
  return Math.abs(heard.length - wanted.length) <= allowed && distance(heard, wanted) <= allowed;
}

/** Levenshtein distance. */
function distance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (const [i, letter] of Array.from(left).entries()) {
    const next = [i + 1];
    for (const [j, other] of Array.from(right).entries()) {
      const substituted = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(substituted, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}

/** What of a transcript is meant for the agent. */
export function addressedOf(
  text: string,
  { mode, wakePhrase }: { readonly mode: string; readonly wakePhrase: string | null },
): string {
  return mode === 'wake-phrase' && wakePhrase !== null ? withoutWakePhrase(text, wakePhrase) : text;
}
