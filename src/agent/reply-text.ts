// From a language model's text to pieces for the voice: strips markup, splits, caps. Portable.
import { abbreviationsOf } from '../text/abbreviations.ts';
import { jointsOf } from '../text/joints.ts';
import { MarkdownStripper } from '../text/markdown-stripper.ts';
import { SentenceSplitter } from '../text/sentence-splitter.ts';
import type { TextPiece } from '../text/sentence-splitter.ts';

export interface ReplyTextOptions {
  /** BCP 47, of its sentences. Asked when the first text comes. */
  readonly getLanguage: () => string;
  readonly chunking: 'word' | 'phrase' | 'sentence';
  /** The reply ends before the piece that would exceed it; a longer first piece is cut at a word. */
  readonly maxWords: number | null;
}

/** Among a reply's text: nothing follows for a while, so what is there is handed on as it stands. */
export const REPLY_PAUSE = '';

/** Half a second of speech: long enough for the voice to make what follows meanwhile. */
const FIRST_CHARACTERS = 12;

/** Collects a reply's text: `take` gives plain text and finished pieces as tokens come in. */
export class ReplyText {
  readonly #stripper = new MarkdownStripper();
  readonly #options: ReplyTextOptions;
  readonly #maxWords: number;
  #splitter: SentenceSplitter | null = null;
  #text = '';
  #words = 0;
  #cappedAt: number | null = null;

  constructor(options: ReplyTextOptions) {
    this.#options = options;
    this.#maxWords = options.maxWords ?? Infinity;
  }

  /** The plain text so far, up to the cap. */
  get text(): string {
    return this.#cappedAt === null ? this.#text : this.#text.slice(0, this.#cappedAt);
  }

  /** True once the word limit was reached: nothing more will be taken. */
  get isFull(): boolean {
    return this.#cappedAt !== null;
  }

  take(delta: string): { text: string; pieces: TextPiece[] } {
    return delta === REPLY_PAUSE ? this.finish() : this.#add(this.#stripper.push(delta));
  }

  /** The rest, at the end of the stream. */
  finish(): { text: string; pieces: TextPiece[] } {
    const last = this.#add(this.#stripper.flush());
    const rest = this.isFull ? [] : this.#cap(this.#splitter?.flush() ?? []);
    return { text: last.text, pieces: [...last.pieces, ...rest] };
  }

  #add(text: string): { text: string; pieces: TextPiece[] } {
    if (this.isFull) return { text: '', pieces: [] };
    if (text === '') return { text, pieces: [] };
    this.#text += text;
    this.#splitter ??= this.#createSplitter();
    return { text, pieces: this.#cap(this.#splitter.push(text)) };
  }

  #createSplitter(): SentenceSplitter {
    const { chunking, getLanguage } = this.#options;
    const language = getLanguage();
    return new SentenceSplitter({
      strategy: chunking,
      firstMinCharacters: FIRST_CHARACTERS,
      joints: jointsOf(language),
      abbreviations: abbreviationsOf(language),
    });
  }

  #cap(pieces: TextPiece[]): TextPiece[] {
    const kept: TextPiece[] = [];
    for (const piece of pieces) {
      if (this.isFull) break;
      const words = countWords(piece.text);
      if (this.#words + words <= this.#maxWords) {
        kept.push(piece);
        this.#words += words;
        continue;
      }
      const first = this.#words === 0 ? firstWords(piece, this.#maxWords) : null;
      if (first !== null) kept.push(first);
      this.#cappedAt = first?.end ?? this.#text.slice(0, piece.start).trimEnd().length;
    }
    return kept;
  }
}

function countWords(text: string): number {
  return text.match(/\S+/gu)?.length ?? 0;
}

function firstWords(piece: TextPiece, count: number): TextPiece {
  const text = (piece.text.match(/\S+\s*/gu) ?? []).slice(0, count).join('').trimEnd();
  return { text, start: piece.start, end: piece.start + text.length };
}
