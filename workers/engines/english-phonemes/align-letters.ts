// Which letter of a word says which of its phonemes: expectation and maximisation with whole counts. Pure; when models are fetched.
import { isVowel } from './alphabet.ts';

/** Letters are aligned with at most this many phonemes; "x" says two, as does "u" in "use". */
const MOST_SOUNDS = 3;
/** No sounds, or one to three. */
const CHOICES = MOST_SOUNDS + 1;
const ROUNDS = 6;
/** Costs are 1/64 of a bit, whole, so that every machine adds them alike. */
const COST_SCALE = 64;
/** Of sounds that a letter was never seen with. */
const UNSEEN_COST = 24 * COST_SCALE;
/**
 * Before anything was counted: one sound of a letter's own kind is likeliest; none, another kind or several are less so. A silent e is
 * commoner than other silent letters.
 */
const FIRST = { own: 1, silentE: 3, silent: 5, other: 6, two: 6, three: 12 } as const;
const LETTERS = 28;
const E = 5;
/** a, e, i, o, u and y, as `toLetters` numbers them. */
const VOWEL_LETTERS = new Set([1, E, 9, 15, 21, 25]);

export interface SpelledWord {
  /** As `toLetters` gives them. */
  readonly letters: readonly number[];
  /** Phonemes, a stress mark or length mark together with its vowel. */
  readonly sounds: readonly string[];
}

/** A word whose every stretch of up to three sounds has a number: at `from * CHOICES + count`. */
interface NumberedWord extends SpelledWord {
  readonly stretches: Int32Array;
}

/** For each word, the sounds of each letter; null for a word that cannot be aligned. */
export function alignLetters(words: readonly SpelledWord[]): (readonly string[] | null)[] {
  const numbers = new Map<string, number>();
  const numbered = words.map((word) => ({ ...word, stretches: numberStretches(word, numbers) }));
  let costs = firstCosts([...numbers.keys()]);
  let paths: (Uint8Array | null)[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    paths = numbered.map((word) => alignWord(word, costs));
    costs = countCosts(numbered, paths, numbers.size);
  }
  return numbered.map(({ sounds }, i) => readPath(sounds, paths[i] ?? null));
}

/** By letter and stretch: `letter * stretches + stretch`. */
interface Costs {
  readonly values: Uint16Array;
  readonly stretches: number;
}

function firstCosts(stretches: readonly string[]): Costs {
  const values = new Uint16Array(LETTERS * stretches.length);
  for (let letter = 0; letter < LETTERS; letter += 1) {
    stretches.forEach((stretch, i) => {
      values[letter * stretches.length + i] = firstCost(letter, stretch);
    });
  }
  return { values, stretches: stretches.length };
}

function firstCost(letter: number, stretch: string): number {
  if (stretch === '') return letter === E ? FIRST.silentE : FIRST.silent;
  const count = stretch.replaceAll('ː', '').length;
  if (count > 1) return count === 2 ? FIRST.two : FIRST.three;
  return isVowel(stretch.charAt(0)) === VOWEL_LETTERS.has(letter) ? FIRST.own : FIRST.other;
}

/** Stress does not count: a letter says the same vowel with and without. */
function numberStretches({ sounds }: SpelledWord, numbers: Map<string, number>): Int32Array {
  const stretches = new Int32Array((sounds.length + 1) * CHOICES);
  const plain = sounds.map((sound) => sound.replace(/[ˈˌ]/u, ''));
  for (let from = 0; from <= sounds.length; from += 1) {
    for (let count = 0; count <= MOST_SOUNDS && from + count <= sounds.length; count += 1) {
      const stretch = plain.slice(from, from + count).join('');
      const number = numbers.get(stretch) ?? numbers.size;
      numbers.set(stretch, number);
      stretches[from * CHOICES + count] = number;
    }
  }
  return stretches;
}

/** How many sounds each letter takes on the cheapest path through letters and sounds. */
function alignWord({ letters, sounds, stretches }: NumberedWord, costs: Costs): Uint8Array | null {
  const width = sounds.length + 1;
  const best = new Float64Array((letters.length + 1) * width).fill(Infinity);
  const taken = new Uint8Array(best.length);
  best[0] = 0;
  for (const [i, letter] of letters.entries()) {
    for (let from = 0; from < width; from += 1) {
      const before = best[i * width + from] ?? Infinity;
      if (before === Infinity) continue;
      for (let count = 0; count <= MOST_SOUNDS && from + count < width; count += 1) {
        const stretch = stretches[from * CHOICES + count] ?? 0;
        const cost = before + (costs.values[letter * costs.stretches + stretch] ?? UNSEEN_COST);
        const to = (i + 1) * width + from + count;
        if (cost < (best[to] ?? Infinity)) {
          best[to] = cost;
          taken[to] = count;
        }
      }
    }
  }
  return best.at(-1) === Infinity ? null : countsOnPath(taken, { letters, width });
}

function countsOnPath(
  taken: Uint8Array,
  { letters, width }: { letters: readonly number[]; width: number },
): Uint8Array {
  const counts = new Uint8Array(letters.length);
  let end = width - 1;
  for (let i = letters.length; i > 0; i -= 1) {
    const count = taken[i * width + end] ?? 0;
    counts[i - 1] = count;
    end -= count;
  }
  return counts;
}

/** The cost of a stretch is how many bits it is worth among all that the letter was seen with. */
function countCosts(
  words: readonly NumberedWord[],
  paths: readonly (Uint8Array | null)[],
  stretches: number,
): Costs {
  const counts = new Uint32Array(LETTERS * stretches);
  const totals = new Uint32Array(LETTERS);
  words.forEach((word, i) => {
    let from = 0;
    paths[i]?.forEach((count, at) => {
      const letter = word.letters[at] ?? 0;
      const place = letter * stretches + (word.stretches[from * CHOICES + count] ?? 0);
      counts[place] = (counts[place] ?? 0) + 1;
      totals[letter] = (totals[letter] ?? 0) + 1;
      from += count;
    });
  });
  const values = Uint16Array.from(counts, (count, place) => {
    if (count === 0) return UNSEEN_COST;
    const total = totals[Math.floor(place / stretches)] ?? count;
    return Math.round(Math.log2(total / count) * COST_SCALE);
  });
  return { values, stretches };
}

function readPath(sounds: readonly string[], counts: Uint8Array | null): string[] | null {
  if (counts === null) return null;
  let from = 0;
  return Array.from(counts, (count) => {
    const stretch = sounds.slice(from, from + count).join('');
    from += count;
    return stretch;
  });
}
