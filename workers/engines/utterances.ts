// Text to runs that a voice model can say in one go, in the speak worker; nothing is silently cut.
import { halveClause, isSentenceEnd, splitClauses } from '../../src/text/utterance-splitter.ts';
import type { Clause, ClauseMark, RunLimits } from '../../src/text/utterance-splitter.ts';
import { symbolsOf } from './symbol-table.ts';
import { toWordSpans } from './word-spans.ts';
import type { WordSpan } from './word-spans.ts';

export interface Utterance {
  /** Character offsets in the text, end exclusive. */
  readonly span: { readonly start: number; readonly end: number };
  /** Phonemes, marks and spaces as the model takes them; at most `limits.maximum` code points. */
  readonly symbols: string;
  readonly words: readonly WordSpan[];
  /** The mark that ends it. */
  readonly mark: ClauseMark;
}

export interface UtteranceOptions {
  readonly limits: RunLimits;
  /** A clause's words and mark in the voice's symbols; empty when the voice can say none of them. */
  readonly toSymbols: (words: string, mark: ClauseMark) => Promise<string>;
}

interface SpokenClause {
  readonly clause: Clause;
  readonly symbols: string;
}

/**
 * Runs in text order, each as soon as it is known. Their spans follow one another without gaps, but
 * for clauses at the end that the voice has no symbols for.
 */
export async function* toUtterances(
  text: string,
  options: UtteranceOptions,
): AsyncGenerator<Utterance, void, undefined> {
  const { minimum, preferred } = options.limits;
  let run: SpokenClause[] = [];
  for (const clause of splitClauses(text)) {
    for await (const spoken of toSpoken(clause, options)) {
      if (lengthOf([...run, spoken]) > preferred && isAudible(run)) {
        yield toUtterance(run);
        run = [];
      }
      run.push(spoken);
      if (isSentenceEnd(spoken.clause.mark) && lengthOf(run) >= minimum) {
        yield toUtterance(run);
        run = [];
      }
    }
  }
  if (isAudible(run)) yield toUtterance(run);
}

async function* toSpoken(
  clause: Clause,
  options: UtteranceOptions,
): AsyncGenerator<SpokenClause, void, undefined> {
  const symbols = await options.toSymbols(clause.words, clause.mark);
  const isTooLong = symbolsOf(symbols).length > options.limits.maximum;
  const halves = isTooLong ? halveClause(clause) : null;
  if (halves === null) yield { clause, symbols };
  else for (const half of halves) yield* toSpoken(half, options);
}

function toUtterance(run: readonly SpokenClause[]): Utterance {
  const first = run[0]?.clause;
  const last = run.at(-1)?.clause;
  if (first === undefined || last === undefined) throw new TypeError('run: must not be empty');
  return {
    span: { start: first.start, end: last.end },
    symbols: joinSymbols(run),
    words: run.flatMap(({ clause, symbols }, i) => {
      const before = joinSymbols(run.slice(0, i));
      const offset = before === '' ? 0 : symbolsOf(before).length + 1;
      return symbols === '' ? [] : toWordSpans(clause, symbols, offset);
    }),
    mark: last.mark,
  };
}

function joinSymbols(run: readonly SpokenClause[]): string {
  return run
    .map((spoken) => spoken.symbols)
    .filter((symbols) => symbols !== '')
    .join(' ');
}

function isAudible(run: readonly SpokenClause[]): boolean {
  return joinSymbols(run) !== '';
}

function lengthOf(run: readonly SpokenClause[]): number {
  return symbolsOf(joinSymbols(run)).length;
}
