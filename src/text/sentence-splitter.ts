// Cuts a reply into pieces for the voice while it is still being written. Pure, portable.
import { abbreviationsOf } from './abbreviations.ts';
import type { AbbreviationTable } from './abbreviations.ts';
import { findJoint } from './joints.ts';
import type { JointTable } from './joints.ts';
import { findBreaks } from './sentence-boundary.ts';
import type { TextBreak } from './sentence-boundary.ts';

export type SplitStrategy = 'word' | 'phrase' | 'sentence';

/** A piece to be spoken: `text === reply.slice(start, end)`, never blank, no whitespace around it. */
export interface TextPiece {
  readonly text: string;
  /** Character offsets in everything pushed so far. Between pieces lies only whitespace. */
  readonly start: number;
  readonly end: number;
}

export interface SentenceSplitterOptions {
  /**
   * `sentence` (default): sentences, but the first `clausePieces` may be clauses; `phrase`: any
   * `,.:;!?` with a space behind it; `word`: every word.
   */
  readonly strategy?: SplitStrategy;
  /** Shorter pieces wait for the next break. Default 20, for words 1. A blank line always breaks. */
  readonly minCharacters?: number;
  /** The same for the first piece, where little text means early sound. Default `minCharacters`. */
  readonly firstMinCharacters?: number;
  /** Longer pieces are cut at a clause, else a space, else anywhere. Default 200. */
  readonly maxCharacters?: number;
  /** Pieces from the start that may be clauses although the strategy is `sentence`. Default 2. */
  readonly clausePieces?: number;
  /**
   * Words before which a first piece may end although nothing marks a break there; only where the strategy is
   * `sentence`. Default none.
   */
  readonly joints?: JointTable | null;
  /** Default those of English. */
  readonly abbreviations?: AbbreviationTable;
}

/** Text beyond the longest piece that a decision may look at: a space and the next word. */
const LOOKAHEAD_CHARACTERS = 64;

/** A code unit that belongs to the character before it. */
const JOINS = /[\p{M}\u200d\udc00-\udfff]/u;

/**
 * Push the text as it comes, take the pieces that are complete, `flush` at the end. The pieces depend
 * on the text alone, not on how it was cut into pushes.
 */
export class SentenceSplitter {
  readonly #strategy: SplitStrategy;
  readonly #minCharacters: number;
  readonly #firstMinCharacters: number;
  readonly #maxCharacters: number;
  readonly #clausePieces: number;
  readonly #joints: JointTable | null;
  readonly #abbreviations: AbbreviationTable;
  #buffer = '';
  /** Offset of the buffer's first character in the reply. */
  #offset = 0;
  #pieces = 0;
  #startsSmall: boolean | null = null;

  /** Throws a `TypeError` for limits that leave no room for a piece. */
  constructor(options: SentenceSplitterOptions = {}) {
    this.#strategy = options.strategy ?? 'sentence';
    this.#minCharacters = options.minCharacters ?? (this.#strategy === 'word' ? 1 : 20);
    this.#firstMinCharacters = options.firstMinCharacters ?? this.#minCharacters;
    this.#maxCharacters = options.maxCharacters ?? 200;
    this.#clausePieces = options.clausePieces ?? 2;
    this.#joints = this.#strategy === 'sentence' ? (options.joints ?? null) : null;
    this.#abbreviations = options.abbreviations ?? abbreviationsOf('en');
    const floor = Math.max(2, this.#minCharacters, this.#firstMinCharacters);
    if (!(this.#maxCharacters >= floor)) {
      throw new TypeError(
        `maxCharacters must be at least ${floor} (the minimum of a piece), got ${this.#maxCharacters}.`,
      );
    }
  }

  /** Adds text; returns the pieces that no later text can change, often none. */
  push(text: string): TextPiece[] {
    this.#buffer += text;
    return this.#take(false);
  }

  /** The rest. Text pushed afterwards counts on from here. */
  flush(): TextPiece[] {
    return this.#take(true);
  }

  #take(isComplete: boolean): TextPiece[] {
    this.#startsSmall ??= startsSmall(this.#buffer);
    const pieces: TextPiece[] = [];
    for (;;) {
      this.#drop(this.#buffer.length - this.#buffer.trimStart().length);
      const end = this.#buffer === '' ? null : this.#findEnd(isComplete);
      if (end === null) return pieces;
      const text = this.#buffer.slice(0, end).trimEnd();
      pieces.push({ text, start: this.#offset, end: this.#offset + text.length });
      this.#pieces += 1;
      this.#drop(end);
    }
  }

  #drop(count: number): void {
    this.#buffer = this.#buffer.slice(count);
    this.#offset += count;
  }

  /** Where the piece at the start of the buffer ends; null while that is not known. */
  #findEnd(isComplete: boolean): number | null {
    const max = this.#maxCharacters;
    const reach = max + LOOKAHEAD_CHARACTERS;
    const isWhole = isComplete && this.#buffer.length <= reach;
    const text = isWhole ? this.#buffer : withoutHalf(this.#buffer.slice(0, reach));
    const isDecidable = isComplete || this.#buffer.length >= reach;
    let lastClause: number | null = null;
    const breaks = this.#breaks(text, isDecidable);
    let step = breaks.next();
    const lengthTo = (end: number): number => text.slice(0, end).trimEnd().length;
    const joint = this.#findJoint(text, isDecidable);
    for (; step.done !== true && lengthTo(step.value.end) <= max; step = breaks.next()) {
      if (typeof joint === 'number' && joint < step.value.end) return joint;
      if (this.#isAccepted(step.value, text)) return step.value.end;
      if (step.value.end >= this.#minCharacters) lastClause = step.value.end;
    }
    const isUndecided = step.done === true && !step.value.hasEnded;
    if (typeof joint === 'number' && !isUndecided) return joint;
    if (isWhole && (isUndecided || lengthTo(text.length) <= max)) return text.length;
    // Nothing but space as far as may be looked: what follows is a piece of its own.
    if (lengthTo(text.length) <= max) return isDecidable ? lengthTo(text.length) : null;
    if (isUndecided) return null;
    return lastClause ?? lastSpace(text, max) ?? lastCharacter(text, max);
  }

  #findJoint(text: string, isComplete: boolean): number | null | undefined {
    if (this.#pieces > 0 || this.#joints === null) return null;
    return findJoint(text, {
      table: this.#joints,
      minimum: this.#firstMinCharacters,
      maximum: this.#maxCharacters,
      isComplete,
    });
  }

  #breaks(text: string, isComplete: boolean): ReturnType<typeof findBreaks> {
    if (this.#strategy === 'word') return findWords(text);
    return findBreaks(text, {
      isComplete,
      startsSmall: this.#startsSmall ?? false,
      abbreviations: this.#abbreviations,
    });
  }

  #isAccepted({ kind, end }: TextBreak, text: string): boolean {
    const piece = text.slice(0, end);
    if (this.#strategy !== 'word' && !/\p{L}/u.test(piece)) return false;
    if (kind === 'paragraph') return true;
    const isClauseEnough = this.#strategy !== 'sentence' || this.#pieces < this.#clausePieces;
    if (kind === 'clause' && !isClauseEnough) return false;
    const min = this.#pieces === 0 ? this.#firstMinCharacters : this.#minCharacters;
    return spokenLength(piece) >= min;
  }
}

/** Every word is a break of its own, once the space behind it is there. */
function* findWords(text: string): ReturnType<typeof findBreaks> {
  for (const { index } of text.matchAll(/(?<=\S)\s/gu)) yield { kind: 'clause', end: index };
  return { hasEnded: true };
}

/** Null as long as there is no letter. */
function startsSmall(text: string): boolean | null {
  const letter = /\p{L}/u.exec(text)?.[0];
  return letter === undefined ? null : /\p{Ll}/u.test(letter);
}

/** Ideographs, kana and Hangul count twice: each is about a syllable or more. */
function spokenLength(text: string): number {
  return text.length + (text.match(/[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/gu)?.length ?? 0);
}

function lastSpace(text: string, max: number): number | null {
  const end = text.slice(0, max + 1).search(/\s\S*$/u);
  return end > 0 ? end : null;
}

/** The end of the last character that fits, keeping accents, joined emoji and surrogates together. */
function lastCharacter(text: string, max: number): number {
  let end = max;
  while (end > 1 && (JOINS.test(text.charAt(end)) || text.charAt(end - 1) === '\u200d')) end -= 1;
  return end;
}

/** Without the first half of a surrogate pair at the end: the second is still to come. */
function withoutHalf(text: string): string {
  return text.replace(/[\ud800-\udbff]$/u, '');
}
