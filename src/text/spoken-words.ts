// Text as the words a voice would say, so that two transcripts of one utterance compare. Pure, portable.
import { toPrimary } from '../core/language.ts';

/** Written without spaces: no mark tells where a word ends (primary BCP 47 subtags). */
const SPACELESS = new Set(['zh', 'yue', 'ja', 'th', 'lo', 'km', 'my']);
const WORD = /[\p{L}\p{N}\p{M}]+(?:'[\p{L}\p{N}\p{M}]+)*/gu;
const UNIT = /[\p{Script=Latin}\p{N}]+|[\p{L}\p{M}ー]/gu;
/** "sooo", "hmmm", "nooo": nobody writes three of a letter but to draw a sound out. */
const DRAWN_OUT = /([\p{L}])\1{2,}/gu;

export function isSpaceless(language: string): boolean {
  return SPACELESS.has(toPrimary(language));
}

/**
 * The words of `text`, in order: lower case, without punctuation, hyphens and drawn-out letters, and with
 * one spelling where a language has two (ё, ß). In a
 * language without spaces each character is one, except runs of Latin letters or digits.
 */
export function toSpokenWords(text: string, language: string): string[] {
  const lower = text.normalize('NFKC').toLowerCase();
  const plain = lower.replace(/[’ʼ`]/gu, "'").replace(/ё/gu, 'е').replace(/ß/gu, 'ss');
  if (isSpaceless(language)) return plain.match(UNIT) ?? [];
  return (plain.match(WORD) ?? []).map((word) => word.replace(DRAWN_OUT, '$1'));
}

/** How many words those of {@link toSpokenWords} make: fewer than them where characters stand for words. */
export function countSpokenWords(words: readonly string[], language: string): number {
  if (!isSpaceless(language)) return words.length;
  const segmenter = new Intl.Segmenter(language, { granularity: 'word' });
  return [...segmenter.segment(words.join(''))].filter((segment) => segment.isWordLike).length;
}
