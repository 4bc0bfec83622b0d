// The marks of Markdown, one token at a time, for the streaming stripper. Pure, portable.

/** What the reader must remember between tokens; the readers change it. */
export interface LineState {
  isStart: boolean;
  /** The marks that opened the code block we are in. */
  fence: string | null;
  /** The backticks that opened the code span we are in. */
  code: string | null;
  isRow: boolean;
  /** Open square brackets: whether each was kept as text. */
  readonly brackets: boolean[];
  /** The character before the next token. */
  previous: string;
}

export interface Token {
  /** Characters of the source it takes. */
  readonly length: number;
  /** What remains of them to be said. */
  readonly words: string;
  /** Characters of the source before the words. */
  readonly skipped?: number;
  readonly isCodeBlock?: boolean;
}

/** Link targets and tags longer than this are taken for text. */
const MAX_TARGET_CHARACTERS = 2_000;
const MAX_OPEN_BRACKETS = 16;

const PLAIN = /^[^\\`*_~![\]<|\n]+/u;
const RULE = /^[ \t]*(?:([-*_=])(?:[ \t]*\1)*|(\|[ \t:|-]*))[ \t]*(\n|$)/u;
const FENCE = /^[ \t]*(`{3,}|~{3,})[^\n]*(\n|$)/u;
const LINE_MARK = /^[ \t]*(?:#{1,6}[ \t]+|>[ \t]*|\|[ \t]*|[-*+][ \t]+(?:\[[ xX]\][ \t]+)?)/u;
/** What could still become one of the above. */
const LINE_MARK_BEGUN =
  /^[ \t]*(?:#{0,6}|>|[-*+](?:[ \t]+(?:\[[ xX]?\]?)?)?|`{1,2}|~{1,2})[ \t]*$/u;

/** Reads at the start of a line. Null: more text is needed to tell. */
export function readLineStart(text: string, line: LineState, isComplete: boolean): Token | null {
  if (line.fence !== null) return readFenced(text, line.fence, { line, isComplete });
  const fence = FENCE.exec(text);
  if (fence !== null) {
    if (fence[2] === '' && !isComplete) return null;
    line.fence = fence[1] ?? '';
    return { length: fence[0].length, words: '', isCodeBlock: true };
  }
  const rule = RULE.exec(text);
  if (rule !== null) {
    if (rule[3] === '' && !isComplete) return null;
    if (isRule(rule[0])) return drop(rule[0].length);
  }
  if (!isComplete && LINE_MARK_BEGUN.test(text)) return null;
  const mark = LINE_MARK.exec(text)?.[0] ?? '';
  line.isStart = mark.includes('>');
  line.isRow = mark.includes('|');
  return drop(mark.length);
}

/** Three marks or more between lines, an underline, or the second line of a table. */
function isRule(text: string): boolean {
  const marks = text.replaceAll(/\s/gu, '');
  return marks.startsWith('|') ? marks.includes('-') : marks.length > 2 || marks.startsWith('=');
}

function readFenced(
  text: string,
  fence: string,
  { line, isComplete }: { line: LineState; isComplete: boolean },
): Token | null {
  const end = text.indexOf('\n');
  if (end === -1 && !isComplete) return null;
  const length = end === -1 ? text.length : end + 1;
  const isClosed = text.slice(0, length).trim().replaceAll(fence.charAt(0), '') === '';
  if (isClosed && text.slice(0, length).trim().length >= fence.length) line.fence = null;
  return { length, words: '' };
}

/** Reads within a line. Null: more text is needed to tell. */
export function readInline(text: string, line: LineState, isComplete: boolean): Token | null {
  const token = readToken(text, line, isComplete);
  if (token !== null) line.previous = text.charAt(token.length - 1);
  return token;
}

function readToken(text: string, line: LineState, isComplete: boolean): Token | null {
  const mark = text.charAt(0);
  if (mark === '\n') return readNewline(line);
  if (mark === '`') return readCodeMark(text, line, isComplete);
  const plain = PLAIN.exec(text)?.[0];
  if (plain !== undefined) return keep(plain);
  if (line.code !== null) return keep(mark);
  if (text.length === 1 && !isComplete) return null;
  const next = text.charAt(1);
  switch (mark) {
    case '\\':
      return /[\p{P}\p{S}]/u.test(next) ? { length: 2, words: next, skipped: 1 } : keep(mark);
    case '*':
    case '_':
      return readEmphasis(text, line.previous, isComplete);
    case '~':
      return next === '~' ? drop(2) : keep(mark);
    case '!':
      return next === '[' ? drop(1) : keep(mark);
    case '[':
      return readOpenBracket(text, line, isComplete);
    case ']':
      return readCloseBracket(text, line, isComplete);
    case '<':
      return readTag(text, isComplete);
    default:
      return line.isRow ? readCellEnd(text, isComplete) : keep(mark);
  }
}

const keep = (words: string): Token => ({ length: words.length, words });
const drop = (length: number): Token => ({ length, words: '' });

function readNewline(line: LineState): Token {
  line.isStart = true;
  line.code = null;
  line.brackets.length = 0;
  return keep('\n');
}

function readCodeMark(text: string, line: LineState, isComplete: boolean): Token | null {
  const run = /^`+/u.exec(text)?.[0] ?? '';
  if (run === text && !isComplete) return null;
  if (line.code === null) line.code = run;
  else if (line.code === run) line.code = null;
  return drop(run.length);
}

/** A run of `*` or `_` is text between spaces, within a word or between numbers; else it goes. */
function readEmphasis(text: string, previous: string, isComplete: boolean): Token | null {
  const run = /^(?:\*+|_+)/u.exec(text)?.[0] ?? '';
  if (run === text && !isComplete) return null;
  const next = text.charAt(run.length);
  const isLoose = /^\s?$/u.test(previous) && /^\s?$/u.test(next);
  const inside = run.startsWith('_') ? /[\p{L}\p{N}]/u : /\p{N}/u;
  const isInside = inside.test(previous) && inside.test(next);
  return isLoose || isInside ? keep(run) : drop(run.length);
}

function readOpenBracket(text: string, line: LineState, isComplete: boolean): Token | null {
  const note = /^\[\^[^\]\n]{0,32}(\]?)/u.exec(text);
  if (note !== null) {
    if (note[1] === '' && note[0] === text && !isComplete) return null;
    return drop(note[0].length);
  }
  const isText = /[\p{L}\p{N}]/u.test(line.previous);
  if (line.brackets.length < MAX_OPEN_BRACKETS) line.brackets.push(isText);
  return isText ? keep('[') : drop(1);
}

/** Takes the target of a link with it. */
function readCloseBracket(text: string, line: LineState, isComplete: boolean): Token | null {
  const isText = line.brackets.at(-1) ?? true;
  const target = /^\](?:\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)|\[[^\]\n]*\])/u.exec(text);
  const isBegun = /^\][([][^\n]*$/u.test(text) && text.length < MAX_TARGET_CHARACTERS;
  if (target === null && isBegun && !isComplete) return null;
  line.brackets.pop();
  if (target !== null && !isText) return drop(target[0].length);
  return isText ? keep(']') : drop(1);
}

/** Tags go; an address in angle brackets stays. */
function readTag(text: string, isComplete: boolean): Token | null {
  const tag = /^<(\/?[a-zA-Z!][^<>\n]{0,200})(>?)/u.exec(text);
  if (tag === null) return text === '<' && !isComplete ? null : keep('<');
  const inner = tag[1] ?? '';
  if (tag[2] === '') return tag[0] === text && !isComplete ? null : keep('<');
  const isAddress = /^[a-z]+:|^[^\s@]+@[^\s@]+$/iu.test(inner);
  return { length: tag[0].length, words: isAddress ? inner : '', skipped: 1 };
}

/** A cell ends like a clause; the last one of a row just ends. */
function readCellEnd(text: string, isComplete: boolean): Token | null {
  const gap = /^\|[ \t]*/u.exec(text)?.[0] ?? '|';
  if (gap === text && !isComplete) return null;
  return gap === text || text.charAt(gap.length) === '\n' ? drop(1) : keepAs(',');
}

const keepAs = (words: string): Token => ({ length: 1, words });
