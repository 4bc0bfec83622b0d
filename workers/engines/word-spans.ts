// Which symbols of an utterance say which word of the text, and when; pure. Used in the speak worker.
import type { WordTime } from '../../src/core/contracts/text-to-speech.ts';
import type { Clause } from '../../src/text/utterance-splitter.ts';
import { isSayable } from '../../src/text/utterance-splitter.ts';
import { symbolsOf } from './symbol-table.ts';

/** One word: character offsets in the text, symbol offsets in the utterance; ends exclusive. */
export interface WordSpan {
  readonly start: number;
  readonly end: number;
  readonly firstSymbol: number;
  readonly endSymbol: number;
}

/**
 * The words of a clause, one by one where text and symbols have as many words. Otherwise (numbers, and
 * words that are run together) the clause's symbols are shared out by the length of each word.
 *
 * @param offset where the clause's symbols begin in the utterance.
 */
export function toWordSpans(clause: Clause, symbols: string, offset: number): WordSpan[] {
  const written = [...clause.words.matchAll(/\S+/gu)].filter((match) => isSayable(match[0]));
  const spoken = [...withoutMark(symbols, clause).matchAll(/\S+/gu)];
  const bounds =
    written.length === spoken.length
      ? spoken.map((match) => boundsOf(symbols, match.index, match[0]))
      : shareOut(
          written.map((match) => match[0].length),
          symbolsOf(symbols).length,
        );
  return written.map((match, i) => ({
    start: clause.wordsStart + match.index,
    end: clause.wordsStart + match.index + match[0].length,
    firstSymbol: offset + (bounds[i]?.[0] ?? 0),
    endSymbol: offset + (bounds[i]?.[1] ?? 0),
  }));
}

export interface SymbolTimes {
  /** Where each symbol ends in the model's audio, in samples; one more entry in front: the start. */
  readonly ends: readonly number[];
  /** Where the model's audio begins in the chunk. */
  readonly offsetSamples: number;
  readonly chunkSamples: number;
}

/** Within the chunk whatever was trimmed, and in order. */
export function toWordTimes(words: readonly WordSpan[], times: SymbolTimes): WordTime[] {
  const at = (symbol: number): number => {
    const sample = (times.ends[symbol] ?? times.ends.at(-1) ?? 0) + times.offsetSamples;
    return Math.min(Math.max(Math.round(sample), 0), times.chunkSamples);
  };
  return words.map(({ start, end, firstSymbol, endSymbol }) => ({
    ...{ start, end },
    startSample: at(firstSymbol),
    endSample: at(endSymbol),
  }));
}

function withoutMark(symbols: string, { mark }: Clause): string {
  return mark !== '' && symbols.endsWith(mark) ? symbols.slice(0, -mark.length) : symbols;
}

/** From code units to symbols. */
function boundsOf(symbols: string, index: number, word: string): readonly [number, number] {
  const first = symbolsOf(symbols.slice(0, index)).length;
  return [first, first + symbolsOf(word).length];
}

function shareOut(lengths: readonly number[], symbols: number): (readonly [number, number])[] {
  const total = lengths.reduce((sum, length) => sum + length, 0);
  let before = 0;
  return lengths.map((length) => {
    const first = Math.round((before / total) * symbols);
    before += length;
    return [first, Math.round((before / total) * symbols)];
  });
}
