// Trains the letter-to-sound tree on checked words. Pure and the same on every machine; when models are fetched.
import { PHONEMES, PRIMARY } from './alphabet.ts';
import { alignLetters } from './align-letters.ts';
import type { SpelledWord } from './align-letters.ts';
import { answer, LEAF, QUESTIONS, toLetters } from './letter-to-sound.ts';
import type { Reading } from './letter-to-sound.ts';
import type { Pronunciations } from './pronunciations.ts';

/** Rarer ones are slips of the alignment, or spellings of another language. */
const LEAST_OF_SOUNDS = 8;
/** A byte holds their number. */
const MOST_SOUNDS = 255;
/** A child node is kept only where so many letters more are read right with it: the rest is chance. */
const LEAST_GAIN = 2;
const TRAINED_ON = /^[a-z][a-z']+$/u;

interface Example extends Reading {
  readonly sounds: number;
}

interface Node {
  readonly usual: number;
  readonly children: ReadonlyMap<number, Node>;
  /** Letters read right by this node and all below it. */
  readonly right: number;
}

/** @param leastGain how much must be gained for a branch to be kept; larger makes the tree smaller. */
export function trainLetters(
  words: ReadonlyMap<string, Pronunciations>,
  leastGain: number = LEAST_GAIN,
): Uint8Array {
  const spelled = [...words].flatMap(([word, { usual, isChecked }]) =>
    isChecked && TRAINED_ON.test(word) ? { letters: toLetters(word), sounds: toSounds(usual) } : [],
  );
  const aligned = alignLetters(spelled);
  const sounds = commonSounds(aligned);
  const examples = spelled.flatMap((word, i) =>
    toExamples(word, { path: aligned[i] ?? null, sounds }),
  );
  // Nothing to learn from: a tree that reads nothing.
  if (examples.length === 0) return Uint8Array.of(0, 0, 0);
  return writeTree(sounds, grow(examples, 0, leastGain));
}

/** Marks go with the vowel they belong to. */
function toSounds(phonemes: string): string[] {
  return phonemes.match(/[ˈˌ]?.ː?/gu) ?? [];
}

function commonSounds(aligned: readonly (readonly string[] | null)[]): string[] {
  const counts = new Map<string, number>();
  for (const sounds of aligned.flatMap((path) => path ?? [])) {
    counts.set(sounds, (counts.get(sounds) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, count]) => count >= LEAST_OF_SOUNDS)
    .sort(([a, most], [b, least]) => least - most || (a < b ? -1 : 1))
    .slice(0, MOST_SOUNDS)
    .map(([sounds]) => sounds);
}

/** None for a word with rare sounds. */
function toExamples(
  { letters }: SpelledWord,
  { path, sounds }: { path: readonly string[] | null; sounds: readonly string[] },
): Example[] {
  if (path === null) return [];
  const numbers = path.map((each) => sounds.indexOf(each));
  if (numbers.includes(-1)) return [];
  const stressed = path.findIndex((each) => each.includes(PRIMARY));
  return numbers.map((number, at) => ({
    letters,
    at,
    isStressed: stressed >= 0 && at > stressed,
    sounds: number,
  }));
}

function grow(examples: readonly Example[], depth: number, leastGain: number): Node {
  const counts = new Map<number, number>();
  for (const { sounds } of examples) counts.set(sounds, (counts.get(sounds) ?? 0) + 1);
  const [usual, right] = [...counts].reduce((best, each) =>
    each[1] > best[1] || (each[1] === best[1] && each[0] < best[0]) ? each : best,
  );
  const question = QUESTIONS[depth];
  if (question === undefined || counts.size === 1) return { usual, right, children: new Map() };
  const groups = new Map<number, Example[]>();
  for (const example of examples) {
    const value = answer(question, example);
    const group = groups.get(value);
    if (group === undefined) groups.set(value, [example]);
    else group.push(example);
  }
  const children = new Map<number, Node>();
  let total = 0;
  for (const [value, group] of [...groups].sort(([a], [b]) => a - b)) {
    const child = grow(group, depth + 1, leastGain);
    const without = group.filter(({ sounds }) => sounds === usual).length;
    const isWorth = child.right - without >= leastGain;
    if (isWorth) children.set(value, child);
    total += isWorth ? child.right : without;
  }
  return { usual, right: total, children };
}

function writeTree(sounds: readonly string[], root: Node): Uint8Array {
  const table = sounds.flatMap((each) => {
    const codes = Array.from(each).map((phoneme) => PHONEMES.indexOf(phoneme) + 1);
    return [codes.length, ...codes];
  });
  return Uint8Array.from([sounds.length, ...table, ...nodeBytes(root)]);
}

function nodeBytes({ usual, children }: Node): number[] {
  const bytes = [usual, children.size];
  for (const [value, child] of children) {
    if (child.children.size === 0) bytes.push(value | LEAF, child.usual);
    else {
      const inner = nodeBytes(child);
      const { length } = inner;
      bytes.push(value, length & 0xff, (length >> 8) & 0xff, length >> 16);
      for (const byte of inner) bytes.push(byte);
    }
  }
  return bytes;
}
