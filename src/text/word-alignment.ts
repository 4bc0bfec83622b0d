// Finds the stretch in which two sequences of words run alike, mistakes of a recogniser allowed. Pure.

/** One or two neighbouring words on one side that stand for one or two on the other. */
export interface WordPair {
  readonly heard: number;
  readonly heardCount: number;
  readonly spoken: number;
  readonly spokenCount: number;
}

interface Cell {
  readonly score: number;
  readonly pair: WordPair | null;
  readonly before: Cell | null;
  /** Words without a partner since the last pair: a run breaks off after too many. */
  readonly strayHeard: number;
  readonly straySpoken: number;
}

const SAME = 2;
const ALIKE = 1.5;
const STRAY = -0.75;
/** "A run broken by one wrong word is one run"; a recogniser swallows words more often than it adds any. */
const MAX_STRAY_HEARD = 1;
const MAX_STRAY_SPOKEN = 2;
/** Heard as several words, or said as several: a number in figures. */
const MAX_NUMBER_WORDS = 4;
const NUMBER = /^\p{N}+$/u;
const MIN_PART_LETTERS = 3;
/** One letter may be wrong in a word of four, two in one of eight. */
const LETTERS_PER_MISTAKE = 4;
const START: Cell = { score: 0, pair: null, before: null, strayHeard: 0, straySpoken: 0 };

/**
 * The best local alignment (Smith and Waterman 1981) of `heard` with a part of `spoken`: its pairs in
 * order, without what stands between them. Empty when no word has a partner.
 */
export function alignWords(heard: readonly string[], spoken: readonly string[]): WordPair[] {
  const letters = { heard: heard.map(toLetters), spoken: spoken.map(toLetters) };
  const rows: Cell[][] = [Array.from({ length: spoken.length + 1 }, () => START)];
  let best = START;
  for (let row = 1; row <= heard.length; row += 1) {
    const cells: Cell[] = [START];
    rows.push(cells);
    for (let column = 1; column <= spoken.length; column += 1) {
      const cell = bestCell(rows, { ...letters, row, column });
      cells.push(cell);
      if (cell.pair !== null && cell.score > best.score) best = cell;
    }
  }
  return toPairs(best);
}

function toPairs(end: Cell): WordPair[] {
  const pairs: WordPair[] = [];
  for (let cell: Cell | null = end; cell !== null; cell = cell.before) {
    if (cell.pair !== null) pairs.unshift(cell.pair);
  }
  return pairs;
}

function toLetters(word: string): string {
  return word.replaceAll("'", '');
}

interface Position {
  readonly heard: readonly string[];
  readonly spoken: readonly string[];
  readonly row: number;
  readonly column: number;
}

function bestCell(rows: readonly (readonly Cell[])[], at: Position): Cell {
  const before = (heardCount: number, spokenCount: number): Cell =>
    rows[at.row - heardCount]?.[at.column - spokenCount] ?? START;
  let best = better(stray(before(1, 0), 1, 0), stray(before(0, 1), 0, 1));
  best = better(best, stray(before(1, 1), 1, 1));
  best = better(best, paired(before(1, 1), at, [1, 1]));
  best = better(best, paired(before(2, 1), at, [2, 1]));
  best = better(best, paired(before(1, 2), at, [1, 2]));
  const isHeardFigure = NUMBER.test(at.heard[at.row - 1] ?? '');
  if (isHeardFigure === NUMBER.test(at.spoken[at.column - 1] ?? '')) return best;
  for (let count = 1; count <= MAX_NUMBER_WORDS; count += 1) {
    best = better(best, bridge(isHeardFigure ? before(1, count) : before(count, 1)));
  }
  return best;
}

function better(best: Cell, cell: Cell): Cell {
  return cell.score > best.score ? cell : best;
}

function stray(before: Cell, heard: number, spoken: number): Cell {
  const strayHeard = before.strayHeard + heard;
  const straySpoken = before.straySpoken + spoken;
  if (before === START || strayHeard > MAX_STRAY_HEARD || straySpoken > MAX_STRAY_SPOKEN) {
    return START;
  }
  return { score: before.score + STRAY, pair: null, before, strayHeard, straySpoken };
}

/** Figures on one side, words on the other: it can be no partner, yet it is no mistake. */
function bridge(before: Cell): Cell {
  return before === START ? START : { ...before, pair: null, before };
}

function paired(
  before: Cell,
  at: Position,
  [heardCount, spokenCount]: readonly [number, number],
): Cell {
  const heard = at.row - heardCount;
  const spoken = at.column - spokenCount;
  if (heard < 0 || spoken < 0) return START;
  const gain = likeness({ heard, heardCount, spoken, spokenCount }, at);
  if (gain === 0) return START;
  const pair = { heard, heardCount, spoken, spokenCount };
  return { score: before.score + gain, pair, before, strayHeard: 0, straySpoken: 0 };
}

function likeness({ heard, heardCount, spoken, spokenCount }: WordPair, at: Position): number {
  const left = join(at.heard, heard, heardCount);
  const right = join(at.spoken, spoken, spokenCount);
  if (left === right) return SAME;
  if (isNearlySame(left, right)) return ALIKE;
  const isEdge = heard === 0 || heard + heardCount === at.heard.length;
  return isEdge && isPartOf(left, right) ? ALIKE : 0;
}

function join(words: readonly string[], at: number, count: number): string {
  const word = words[at] ?? '';
  return count === 1 ? word : word + (words[at + 1] ?? '');
}

/** The first and the last word of what was heard may be cut: "tal" of "capital", "weath" of "weather". */
function isPartOf(part: string, word: string): boolean {
  return part.length >= MIN_PART_LETTERS && (word.startsWith(part) || word.endsWith(part));
}

function isNearlySame(left: string, right: string): boolean {
  // Mistakes at both ends at once are rare, and the check spares most of the work.
  if (left.at(0) !== right.at(0) && left.at(-1) !== right.at(-1)) return false;
  const letters = Math.max(left.length, right.length);
  const allowed = Math.floor(letters / LETTERS_PER_MISTAKE);
  if (Math.abs(left.length - right.length) > allowed) return false;
  return allowed > 0 && editDistance(left, right) <= allowed;
}

/** Levenshtein distance. */
function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let index = 0; index < left.length; index += 1) {
    const next = [index + 1];
    for (let column = 0; column < right.length; column += 1) {
      const substitution = (row[column] ?? 0) + (left[index] === right[column] ? 0 : 1);
      next.push(Math.min(substitution, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
