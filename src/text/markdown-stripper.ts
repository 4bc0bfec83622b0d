// Turns Markdown into words to be spoken while it is still being written. Pure, portable.
import { readInline, readLineStart } from './markdown-tokens.ts';
import type { LineState } from './markdown-tokens.ts';

export interface MarkdownStripperOptions {
  /** Said in place of a block of code. Default nothing: the block is shown, not spoken. */
  readonly codePlaceholder?: string;
}

/** A stretch of spoken text and where it stands in what was pushed. */
interface Run {
  readonly spoken: number;
  readonly source: number;
  length: number;
}

/**
 * Keeps the words: emphasis, headings, bullets, quotes, table rules and HTML tags lose their marks,
 * links and images keep their text, code blocks go. What comes out depends on the text alone, not on
 * how it was cut into pushes.
 */
export class MarkdownStripper {
  readonly #codePlaceholder: string;
  readonly #runs: Run[] = [];
  #buffer = '';
  #consumed = 0;
  #produced = 0;
  #line: LineState = {
    isStart: true,
    fence: null,
    code: null,
    isRow: false,
    brackets: [],
    previous: '',
  };

  constructor(options: MarkdownStripperOptions = {}) {
    this.#codePlaceholder = options.codePlaceholder ?? '';
  }

  /** Adds text; returns the words that no later text can change. */
  push(text: string): string {
    this.#buffer += text;
    return this.#take(false);
  }

  /** The rest; marks left open are dropped. */
  flush(): string {
    return this.#take(true);
  }

  /**
   * Where a place in the spoken text stands in what was pushed: for the end of a spoken piece, the
   * offset just behind its last character.
   */
  toSourceOffset(spokenOffset: number): number {
    const run = this.#runs.findLast(({ spoken }) => spoken < spokenOffset) ?? this.#runs[0];
    if (run === undefined) return 0;
    return run.source + Math.min(Math.max(0, spokenOffset - run.spoken), run.length);
  }

  #take(isComplete: boolean): string {
    let words = '';
    let at = 0;
    while (at < this.#buffer.length) {
      const rest = this.#buffer.slice(at);
      const read = this.#line.isStart ? readLineStart : readInline;
      const token = read(rest, this.#line, isComplete);
      if (token === null) break;
      const said = token.isCodeBlock === true ? this.#codePlaceholder : token.words;
      this.#record(said.length, this.#consumed + at + (token.skipped ?? 0));
      words += said;
      at += token.length;
    }
    this.#buffer = this.#buffer.slice(at);
    this.#consumed += at;
    return words;
  }

  #record(length: number, source: number): void {
    if (length === 0) return;
    const last = this.#runs.at(-1);
    if (last !== undefined && last.source + last.length === source) last.length += length;
    else this.#runs.push({ spoken: this.#produced, source, length });
    this.#produced += length;
  }
}
