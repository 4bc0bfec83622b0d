// What of a growing transcript can be shown as settled: words two successive decodes agree on. Portable.

export interface AgreedText {
  /** The whole transcript: `stableText` and what may still change. */
  readonly text: string;
  /** Only ever grows: each one starts with the one before it. */
  readonly stableText: string;
}

/**
 * A word is settled once two successive decodes of growing audio begin alike up to and including it
 * (LocalAgreement-2: Liu et al. 2020; Macháček et al. 2023). Case and punctuation do not count. When
 * a later decode contradicts settled words they stay, and its remaining words follow them; punctuation
 * after the last settled word stays open until the next one settles.
 */
export class TranscriptAgreement {
  /** As shown. */
  readonly #stable: string[] = [];
  /** What the newest decode says in their place. */
  #source: readonly string[] = [];
  #previousTail: readonly string[] = [];

  /** Takes the transcript of all audio so far, decoded anew, and returns what to show. */
  update(transcript: string): AgreedText {
    const words = transcript.split(/\s+/u).filter((word) => word !== '');
    this.#source = words.slice(0, this.#countAligned(words));
    this.#refreshPunctuation();
    const tail = words.slice(this.#source.length);
    const agreed = countCommonStart(tail, this.#previousTail);
    this.#stable.push(...tail.slice(0, agreed));
    this.#source = words.slice(0, this.#source.length + agreed);
    this.#previousTail = tail.slice(agreed);
    const shown = this.#stable.join(' ');
    return {
      text: [...this.#stable, ...this.#previousTail].join(' '),
      stableText: withoutTrailingMarks(shown),
    };
  }

  /** How many words of a new decode stand for the settled ones. */
  #countAligned(words: readonly string[]): number {
    const common = countCommonStart(words, this.#source);
    return common + findNearestStart(this.#source.slice(common), words.slice(common));
  }

  #refreshPunctuation(): void {
    const last = this.#stable.at(-1);
    const word = this.#source.at(-1);
    if (last === undefined || word === undefined || toKey(last) !== toKey(word)) return;
    const bare = withoutTrailingMarks(last);
    this.#stable[this.#stable.length - 1] = bare + word.slice(withoutTrailingMarks(word).length);
  }
}

function countCommonStart(left: readonly string[], right: readonly string[]): number {
  let count = 0;
  for (const [index, word] of left.entries()) {
    const other = right[index];
    if (other === undefined || toKey(other) !== toKey(word)) break;
    count += 1;
  }
  return count;
}

/**
 * How many words at the start of `to` come nearest to all of `from`, letter by letter, so that words
 * which were parted or joined in between ("a more", "amore") stand for each other.
 */
function findNearestStart(from: readonly string[], to: readonly string[]): number {
  if (from.length === 0) return 0;
  const distances = editDistances(from.map(toKey).join(''), to.map(toKey).join(''));
  let best = 0;
  let letters = 0;
  let bestDistance = distances[0] ?? 0;
  for (const [index, word] of to.entries()) {
    letters += toKey(word).length;
    const distance = distances[letters] ?? Infinity;
    if (distance <= bestDistance) [best, bestDistance] = [index + 1, distance];
  }
  return best;
}

/** Levenshtein distances from the whole of `from` to each start of `to`: entry `n` is for `n` letters. */
function editDistances(from: string, to: string): readonly number[] {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let index = 0; index < from.length; index += 1) {
    const next = [index + 1];
    for (let column = 0; column < to.length; column += 1) {
      const substitution = (row[column] ?? 0) + (from[index] === to[column] ? 0 : 1);
      next.push(Math.min(substitution, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row;
}

/** What of a word counts when two decodes are compared; of a mark that stands alone, the mark. */
function toKey(word: string): string {
  const key = word.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  return key === '' ? word : key;
}

function withoutTrailingMarks(text: string): string {
  return text.replace(/[^\p{L}\p{N}]+$/u, '');
}
