// Words before which a voice may pause within a clause, for a first piece that has no punctuation. Pure, portable.
import { toPrimary } from '../core/language.ts';

/** In lower case. */
export type JointTable = ReadonlySet<string>;

/** Verbs behind a subject, prepositions and conjunctions. Not `of`, `to` or `as`: they lean on the word before. */
export const ENGLISH_JOINTS: JointTable = new Set([
  ...['is', 'are', 'was', 'were', 'has', 'have', 'had', 'does', 'do', 'did', 'can', 'could'],
  ...['will', 'would', 'should', 'may', 'might', 'must', 'in', 'on', 'at', 'for', 'with', 'from'],
  ...['by', 'about', 'into', 'between', 'through', 'during', 'without', 'and', 'or', 'but'],
  ...['because', 'that', 'which', 'who', 'when', 'where', 'while', 'if'],
]);

/** Null where a language has no table: its first piece ends at a mark. */
export function jointsOf(language: string): JointTable | null {
  return toPrimary(language) === 'en' ? ENGLISH_JOINTS : null;
}

/** So much text behind a joint must hold no punctuation: what is left over would be a stub. */
const REST_CHARACTERS = 12;
const WORD_BEHIND_SPACE = /(?<=\S)\s+(?<word>\p{L}+)(?=\s)/gu;
const PUNCTUATION = /[^\p{L}\p{N}\p{M}\s'’]/u;

/**
 * The first gap between words, `minimum` to `maximum` characters from the start, with a joint behind it. Null where
 * there is none, `undefined` while more text is needed to tell.
 */
export function findJoint(
  text: string,
  options: { joints: JointTable; minimum: number; maximum: number; isComplete: boolean },
): number | null | undefined {
  const { joints, minimum, maximum, isComplete } = options;
  for (const match of text.matchAll(WORD_BEHIND_SPACE)) {
    if (match.index > maximum) return null;
    const isJoint = joints.has((match.groups?.['word'] ?? '').toLowerCase());
    if (match.index < minimum || !isJoint) continue;
    const rest = text.slice(match.index, match.index + REST_CHARACTERS);
    if (PUNCTUATION.test(rest)) continue;
    if (rest.length === REST_CHARACTERS) return match.index;
    if (!isComplete) return undefined;
  }
  return isComplete ? null : undefined;
}
