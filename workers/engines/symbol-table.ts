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

/** Each symbol is one Unicode code point. */
export class SymbolTable {
  readonly #ids: ReadonlyMap<string, readonly number[]>;

  constructor(ids: Readonly<Record<string, number | readonly number[]>>) {
    this.#ids = new Map(
      Object.entries(ids).map(([symbol, id]) => [symbol, typeof id === 'number' ? [id] : id]),
    );
  }

  has(symbol: string): boolean {
    return this.#ids.has(symbol);
  }

  /** Leaves out, and counts, what the alphabet lacks. */
  keepKnown(symbols: string): KnownSymbols {
    const all = symbolsOf(symbols);
    const known = all.filter((symbol) => this.#ids.has(symbol));
    return { symbols: known.join(''), dropped: all.length - known.length };
  }

  /** Ids of every known symbol in order. */
  encode(symbols: string): number[] {
    return symbolsOf(symbols).flatMap((symbol) => this.#ids.get(symbol) ?? []);
  }
}
