// A voice's phoneme alphabet: from symbols to model ids, pure; used in the speak worker.

export interface KnownSymbols {
  readonly symbols: string;
  /** Symbols that the voice has no id for and that were left out. */
  readonly dropped: number;
}

/** The symbols of a text in order: one for each code point, as phoneme alphabets count them. */
export function symbolsOf(text: string): string[] {
  return Array.from(text);
}

/** A symbol is a code point or, in some alphabets, several: `aɪ`, a syllable of Pinyin. */
export class SymbolTable {
  readonly #ids: ReadonlyMap<string, readonly number[]>;
  /** Code points of the longest symbol. */
  readonly #longest: number;

  constructor(ids: Readonly<Record<string, number | readonly number[]>>) {
    this.#ids = new Map(
      Object.entries(ids).map(([symbol, id]) => [symbol, typeof id === 'number' ? [id] : id]),
    );
    this.#longest = Math.max(1, ...[...this.#ids.keys()].map((symbol) => symbolsOf(symbol).length));
  }

  has(symbol: string): boolean {
    return this.#ids.has(symbol);
  }

  /** The symbols of a text, the longest that are known first; what the alphabet lacks comes code point by code point. */
  split(text: string): string[] {
    const points = symbolsOf(text);
    const found: string[] = [];
    for (let at = 0; at < points.length;) {
      const symbol = this.#longestAt(points.slice(at, at + this.#longest));
      found.push(symbol);
      at += symbolsOf(symbol).length;
    }
    return found;
  }

  /** Leaves out, and counts, what the alphabet lacks. */
  keepKnown(symbols: string): KnownSymbols {
    const all = this.split(symbols);
    const known = all.filter((symbol) => this.#ids.has(symbol));
    return { symbols: known.join(''), dropped: all.length - known.length };
  }

  /** Ids of every known symbol in order. */
  encode(symbols: string): number[] {
    return this.split(symbols).flatMap((symbol) => this.#ids.get(symbol) ?? []);
  }

  #longestAt(points: readonly string[]): string {
    for (let length = points.length; length > 1; length -= 1) {
      const symbol = points.slice(0, length).join('');
      if (this.#ids.has(symbol)) return symbol;
    }
    return points[0] ?? '';
  }
}
