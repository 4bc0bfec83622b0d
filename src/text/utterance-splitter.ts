// Splits text for a voice into clauses and runs of bounded length, portable and pure.

/** Punctuation that a voice can act on; any other mark of the text is mapped to one of these. */
export type ClauseMark = ',' | ';' | ':' | '.' | '!' | '?' | '…' | '—' | '';

/** A stretch of text up to and including its punctuation. Spans tile the text without gaps. */
export interface Clause {
  /** Character offsets, end exclusive; whitespace and marks around the words included. */
  readonly start: number;
  readonly end: number;
  /** Character offset at which `words` begin. */
  readonly wordsStart: number;
  /** What is to be said, without the final mark. Holds at least one letter or digit. */
  readonly words: string;
  readonly mark: ClauseMark;
}

/** Lengths in the voice's own symbols (phonemes, or tokens). */
export interface RunLimits {
  /** A sentence end closes a run only from here on: voices sound poor on a single syllable. */
  readonly minimum: number;
  /** Clauses are added to a run up to here, for short runs can be cut off sooner. */
  readonly preferred: number;
  /** What the model accepts; a clause beyond it is cut between words. */
  readonly maximum: number;
}

const CLOSERS = '["\'”’)\\]]*';
const BOUNDARY = new RegExp(
  [
    `[.!?…]+${CLOSERS}(?=\\s|$)`,
    `[,;:]${CLOSERS}(?=\\s|$)`,
    '[。！？，、；：]+',
    '\\s+[-–](?=\\s)|—|\\.{3,}',
    '\\s*\\n',
  ].join('|'),
  'gu',
);
const SAYABLE = /[\p{L}\p{N}]/u;
/** A full stop after one of these, or after a single letter, ends no sentence. */
const ABBREVIATION =
  /(?:^|[\s("'“])(?:(?!I)\p{L}|(?:\p{L}\.)+\p{L}|dr|mr|mrs|ms|prof|st|vs|approx|dept|gen|sen|rep)$/iu;
const SENTENCE_END: ReadonlySet<ClauseMark> = new Set(['.', '!', '?', '…']);

/** Rests as English readers make them at a normal pace; between sentences 250 to 400 ms. */
const PAUSE_MS: Readonly<Record<ClauseMark, number>> = {
  ',': 140,
  ';': 200,
  ':': 200,
  '—': 180,
  '.': 300,
  '!': 300,
  '?': 300,
  '…': 400,
  '': 0,
};

/** The rest a listener expects after a mark, at speed 1. */
export function pauseAfterMs(mark: ClauseMark): number {
  return PAUSE_MS[mark];
}

export function isSentenceEnd(mark: ClauseMark): boolean {
  return SENTENCE_END.has(mark);
}

/** Whether there is anything to say: a letter or a digit in any script. */
export function isSayable(text: string): boolean {
  return SAYABLE.test(text);
}

/** Cuts text at its punctuation. Text without a letter or digit gives no clause at all. */
export function splitClauses(text: string): Clause[] {
  const clauses: Clause[] = [];
  let start = 0;
  const add = (wordsEnd: number, end: number): void => {
    const raw = text.slice(start, wordsEnd);
    const last = clauses.at(-1);
    if (isSayable(raw)) {
      const wordsStart = start + raw.length - raw.trimStart().length;
      const mark = toMark(text.slice(wordsEnd, end));
      clauses.push({ start, end, wordsStart, words: raw.trim(), mark });
    } else if (last === undefined) return;
    else {
      const mark = last.mark === '' ? toMark(text.slice(last.end, end)) : last.mark;
      clauses[clauses.length - 1] = { ...last, end, mark };
    }
    start = end;
  };
  for (const match of text.matchAll(BOUNDARY)) {
    if (!isAbbreviation(text, match)) add(match.index, match.index + match[0].length);
  }
  add(text.length, text.length);
  return clauses;
}

/**
 * Cuts a clause in two at the gap between words nearest its middle, or within its only word. Null when
 * that would leave a half without a letter or digit.
 */
export function halveClause(clause: Clause): readonly [Clause, Clause] | null {
  const { words, wordsStart } = clause;
  const cut = nearestCut(words, /(?<=\s)(?=\S)/gu) ?? nearestCut(words, /(?!^)(?=.)/gsu);
  if (cut === null) return null;
  const at = wordsStart + cut;
  const head = words.slice(0, cut).trimEnd();
  return [
    { start: clause.start, end: at, wordsStart, words: head, mark: '' },
    { start: at, end: clause.end, wordsStart: at, words: words.slice(cut), mark: clause.mark },
  ];
}

/** The place nearest the middle that leaves something to say on both sides. */
function nearestCut(words: string, places: RegExp): number | null {
  const distance = (at: number): number => Math.abs(at - words.length / 2);
  return [...words.matchAll(places)]
    .map((match) => match.index)
    .filter((at) => isSayable(words.slice(0, at)) && isSayable(words.slice(at)))
    .reduce<number | null>(
      (best, at) => (best === null || distance(at) < distance(best) ? at : best),
      null,
    );
}

function isAbbreviation(text: string, match: RegExpExecArray): boolean {
  if (!match[0].startsWith('.') || match[0].startsWith('..')) return false;
  const rest = text.slice(match.index + match[0].length);
  if (!isSayable(rest)) return false;
  if (/^\s+\p{Ll}/u.test(rest)) return true;
  return ABBREVIATION.test(text.slice(Math.max(0, match.index - 12), match.index));
}

function toMark(marks: string): ClauseMark {
  if (/[?？]/u.test(marks)) return '?';
  if (/[!！]/u.test(marks)) return '!';
  if (/…|\.\./u.test(marks)) return '…';
  if (/[.。\n]/u.test(marks)) return '.';
  if (/[;；]/u.test(marks)) return ';';
  if (/[:：]/u.test(marks)) return ':';
  if (/[,，、]/u.test(marks)) return ',';
  return /[-–—]/u.test(marks) ? '—' : '';
}
