// Finds where text may be cut for a voice, and says when that cannot be known yet. Pure, portable.
import type { AbbreviationTable } from './abbreviations.ts';

/** Weightiest first: a blank line, the end of a sentence or line, a comma or the like. */
export type BreakKind = 'paragraph' | 'sentence' | 'clause';

export interface TextBreak {
  readonly kind: BreakKind;
  /** Offset after the mark and its closing quotes, before the whitespace. */
  readonly end: number;
}

export interface BoundaryContext {
  /** Whether the text given is all there will be; otherwise its end decides nothing. */
  readonly isComplete: boolean;
  /** A writer who starts small starts every sentence so: then case tells nothing. */
  readonly startsSmall: boolean;
  readonly abbreviations: AbbreviationTable;
}

const MARK =
  /(?<line>\s*\n\s*)|(?<stop>[.!?…؟۔।]+)|(?<wideStop>[。！？｡]+)|(?<clause>[,;:،؛]+|(?<=\s)[-–](?=\s))|(?<wideClause>[，、；：—]+)/gu;
const CLOSERS = /[\p{Pe}\p{Pf}"'`*_]*/uy;
const OPENERS = /^[\p{Ps}\p{Pi}\p{Pd}"'`*_…•¿¡]+/u;
const LAST_WORD = /[^\s\p{Ps}\p{Pi}"'`*_]+$/u;
const URL_END = /:\/\/\S*$/u;
const ORDINAL = /^\d{1,2}$/u;
/** An abbreviation whose parts stand apart: `z. B`, `p. ex`, `и т. д`. */
const SPACED = /(?<!\p{L})(?:\p{L}{1,2}\.\s+)+\p{L}+$/u;
const INITIALS = /^(?:\p{L}\.)*\p{L}$/u;
/** `S. A.`, `А. С. Пушкин`: a letter that would be a word without its full stop. */
const ANOTHER_INITIAL = /^\p{L}\./u;

/** Stands for "more text is needed to tell". */
const UNDECIDED = Symbol('undecided');

/**
 * Breaks of `text` in order. Ends early, at the first place that cannot be judged yet; `hasEnded` of
 * the generator's return value is then false.
 */
export function* findBreaks(
  text: string,
  context: BoundaryContext,
): Generator<TextBreak, { readonly hasEnded: boolean }> {
  for (const match of text.matchAll(MARK)) {
    const judged = judge(text, match, context);
    if (judged === UNDECIDED) return { hasEnded: false };
    if (judged !== null) yield judged;
  }
  return { hasEnded: true };
}

function judge(
  text: string,
  match: RegExpExecArray,
  context: BoundaryContext,
): TextBreak | null | typeof UNDECIDED {
  const groups = match.groups ?? {};
  const markEnd = match.index + match[0].length;
  const end = groups['line'] === undefined ? skipClosers(text, markEnd) : markEnd;
  if (end === text.length && !context.isComplete) return UNDECIDED;
  if (groups['line'] !== undefined) {
    const isParagraph = match[0].indexOf('\n') !== match[0].lastIndexOf('\n');
    return { kind: isParagraph ? 'paragraph' : 'sentence', end: match.index };
  }
  if (groups['wideStop'] !== undefined) return { kind: 'sentence', end };
  if (groups['wideClause'] !== undefined) return { kind: 'clause', end };
  const isFollowedBySpace = end === text.length || /\s/u.test(text.charAt(end));
  if (!isFollowedBySpace) return null;
  if (groups['clause'] !== undefined) return { kind: 'clause', end };
  const ends = endsSentence({
    before: text.slice(0, match.index),
    mark: text.slice(match.index, end),
    after: text.slice(end),
    context,
  });
  if (ends === UNDECIDED) return UNDECIDED;
  return ends ? { kind: 'sentence', end } : null;
}

/** Whether a stop with whitespace or the end of the text behind it ends a sentence. */
function endsSentence(stop: {
  before: string;
  mark: string;
  after: string;
  context: BoundaryContext;
}): boolean | typeof UNDECIDED {
  const { context, mark } = stop;
  const next = stop.after.trimStart();
  const opened = next.replace(OPENERS, '');
  if (opened === '' && !context.isComplete) return UNDECIDED;
  const gap = stop.after.slice(0, stop.after.length - next.length);
  if (opened === '' || gap.includes('\n')) return true;
  const isSmall = /^\p{Ll}/u.test(opened) && !context.startsSmall;
  if (/[!?؟]$/u.test(mark)) return !(isSmall && URL_END.test(stop.before));
  if (isSmall) return false;
  return mark.startsWith('.') && !mark.startsWith('..')
    ? !continuesAfter(stop.before, opened, context)
    : true;
}

/** Whether the full stop after `before` belongs to an abbreviation inside a sentence. */
function continuesAfter(
  before: string,
  next: string,
  { abbreviations, isComplete }: BoundaryContext,
): boolean | typeof UNDECIDED {
  const word = LAST_WORD.exec(before)?.[0] ?? '';
  const spaced = SPACED.exec(before)?.[0] ?? '';
  const keys = [word, spaced.replace(/\s/gu, '')].map((part) => part.toLowerCase());
  const isAmong = (list: ReadonlySet<string>): boolean => keys.some((key) => list.has(key));
  if (isAmong(abbreviations.inside)) return true;
  if (isAmong(abbreviations.beforeNumber) && /^\p{N}/u.test(next)) return true;
  const isInitial = INITIALS.test(word) && word !== 'I';
  const isOrdinal = abbreviations.hasOrdinals === true && ORDINAL.test(word);
  const isEither =
    isAmong(abbreviations.either) || abbreviations.endings?.test(word.toLowerCase()) === true;
  if (!isInitial && !isOrdinal && !isEither) return false;
  const nextWord = /^[\p{L}’']*/u.exec(next)?.[0] ?? '';
  if (nextWord === next && !isComplete) return UNDECIDED;
  if (isInitial && ANOTHER_INITIAL.test(next)) return true;
  return !abbreviations.starters.has(nextWord.toLowerCase().replace(/'/gu, '’'));
}

function skipClosers(text: string, from: number): number {
  CLOSERS.lastIndex = from;
  return from + (CLOSERS.exec(text)?.[0].length ?? 0);
}
