// Words before which a voice may pause within a clause, for a first piece that has no punctuation. Pure, portable.
import { toPrimary } from '../core/language.ts';

/** In lower case. */
export interface JointTable {
  /** Words before which a voice may pause. */
  readonly joints: ReadonlySet<string>;
  /** A word behind one of these belongs to it: "is located", "has been made". */
  readonly leaning: ReadonlySet<string>;
}

/** Verbs behind a subject, prepositions, conjunctions, and participles behind a noun. Not `of`, `to` or `as`: they lean on the word before. */
export const ENGLISH_JOINTS: JointTable = {
  joints: new Set([
    ...['is', 'are', 'was', 'were', 'has', 'have', 'had', 'does', 'do', 'did', 'can', 'could'],
    ...['will', 'would', 'should', 'may', 'might', 'must', 'in', 'on', 'at', 'for', 'with', 'from'],
    ...['by', 'about', 'into', 'between', 'through', 'during', 'without', 'and', 'or', 'but'],
    ...['because', 'that', 'which', 'who', 'when', 'where', 'while', 'if', 'using', 'named'],
    ...['called', 'known', 'designed', 'created', 'made', 'built', 'based', 'located', 'used'],
  ]),
  leaning: new Set([
    ...['is', 'are', 'was', 'were', 'be', 'been', 'being', 'has', 'have', 'had', 'not', 'also'],
    ...['often', 'usually', 'commonly', 'widely', 'originally', 'first', 'best', 'well'],
  ]),
};

/** Null where a language has no table: its first piece ends at a mark. */
export function jointsOf(language: string): JointTable | null {
  return toPrimary(language) === 'en' ? ENGLISH_JOINTS : null;
}

/** So much text behind a joint must hold no punctuation: what is left over would be a stub. */
const REST_CHARACTERS = 12;
const WORD_BEHIND_SPACE = /(?<=(?<before>\S+))\s+(?<word>\p{L}+)(?=\s)/gu;
const PUNCTUATION = /[^\p{L}\p{N}\p{M}\s'’]/u;

/**
 * The first gap between words, `minimum` to `maximum` characters from the start, with a joint behind it. Null where
 * there is none, `undefined` while more text is needed to tell.
 */
export function findJoint(
  text: string,
  options: { table: JointTable; minimum: number; maximum: number; isComplete: boolean },
): number | null | undefined {
  const { table, minimum, maximum, isComplete } = options;
  for (const match of text.matchAll(WORD_BEHIND_SPACE)) {
    if (match.index > maximum) return null;
    const { before = '', word = '' } = match.groups ?? {};
    const isJoint =
      table.joints.has(word.toLowerCase()) && !table.leaning.has(before.toLowerCase());
    if (match.index < minimum || !isJoint) continue;
    const rest = text.slice(match.index, match.index + REST_CHARACTERS);
    if (PUNCTUATION.test(rest)) continue;
    if (rest.length === REST_CHARACTERS) return match.index;
    if (!isComplete) return undefined;
  }
  return isComplete ? null : undefined;
}
