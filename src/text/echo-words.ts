// Tells the agent's own words, heard again through the microphone, from the person's. Pure, portable.
import { isSpaceless, toSpokenWords } from './spoken-words.ts';
import { turnWordsOf } from './turn-words.ts';
import { alignWords } from './word-alignment.ts';
import type { WordPair } from './word-alignment.ts';

/** A lone word this long, said once by the agent, is no coincidence. */
const RARE_LETTERS = 6;
/** Words, or characters where those are compared, that are no coincidence in a row. */
const RUN_WORDS = 2;
const RUN_CHARACTERS = 3;
/** Of both texts only this many words are compared, the latest: more than ten seconds of speech. */
const MAX_WORDS = 60;

interface HeardWord {
  readonly word: string;
  /** Index of the piece of the text it belongs to. */
  readonly piece: number;
}

interface Comparison {
  readonly heard: readonly string[];
  readonly spoken: readonly string[];
  /** Per heard word: part of a phrase with which a person takes the floor. */
  readonly isStop: readonly boolean[];
  readonly runWords: number;
  readonly isEcho: boolean[];
}

/**
 * What is left of `heard`, the recogniser's text while the agent says `spoken`, without runs of the
 * agent's own words; marks and case of what is left stay. A run is at least two words alike or nearly
 * alike (three characters in Chinese and Japanese), or one long word that the agent says once; a wrong,
 * lost or added word does not end it. A stop phrase stays wherever it stands, unless the agent says it, or what
 * sounds like it, within a run of other words.
 */
export function withoutEcho(heard: string, spoken: string, language: string): string {
  const pieces = toPieces(heard, language);
  const words = pieces
    .flatMap((piece, index) =>
      toSpokenWords(piece, language).map((word): HeardWord => ({ word, piece: index })),
    )
    .slice(-MAX_WORDS);
  const comparison = compare(
    words.map(({ word }) => word),
    { spoken, language },
  );
  removeRuns(comparison, 0, words.length);
  if (!comparison.isEcho.includes(true)) return heard;
  const kept = new Set(words.filter((_, index) => !comparison.isEcho[index]).map((w) => w.piece));
  const first = words[0]?.piece ?? 0;
  return pieces
    .filter((_, index) => index < first || kept.has(index))
    .join(isSpaceless(language) ? '' : ' ')
    .trim();
}

/** Words with the marks around them, or characters where there are no spaces. */
function toPieces(text: string, language: string): readonly string[] {
  if (!isSpaceless(language)) return text.match(/\S+/gu) ?? [];
  return text.match(/(?:[\p{Script=Latin}\p{N}]+|[\p{L}\p{M}ー])[^\p{L}\p{N}]*/gu) ?? [];
}

function compare(
  heard: readonly string[],
  context: { spoken: string; language: string },
): Comparison {
  const { language } = context;
  const stops = (turnWordsOf(language)?.stop ?? []).map((stop) => toSpokenWords(stop, language));
  const isStop = heard.map(() => false);
  for (const index of heard.keys()) {
    for (const stop of stops) {
      if (stop.every((word, offset) => heard[index + offset] === word)) {
        isStop.fill(true, index, index + stop.length);
      }
    }
  }
  return {
    heard,
    spoken: toSpokenWords(context.spoken, language).slice(-MAX_WORDS),
    isStop,
    runWords: isSpaceless(language) ? RUN_CHARACTERS : RUN_WORDS,
    isEcho: heard.map(() => false),
  };
}

/** Marks the best run between the two indices, and what else is echo on both sides of it. */
function removeRuns(comparison: Comparison, from: number, to: number): void {
  if (to <= from) return;
  const run = alignWords(comparison.heard.slice(from, to), comparison.spoken).map((pair) => ({
    ...pair,
    heard: pair.heard + from,
  }));
  const first = run[0]?.heard;
  const last = run.at(-1);
  if (first === undefined || last === undefined || !isRun(run, comparison)) return;
  const end = last.heard + last.heardCount;
  const alike = new Map(run.map((pair) => [pair.heard, pair]));
  for (let index = first; index < end; index += 1) {
    const pair = alike.get(index);
    const length = pair?.heardCount ?? 1;
    // A wrong word within a run is a mistake of the recogniser, unless it is the person's "stop".
    if (pair !== undefined || !comparison.isStop[index]) {
      comparison.isEcho.fill(true, index, index + length);
    }
    index += length - 1;
  }
  removeRuns(comparison, from, first);
  removeRuns(comparison, end, to);
}

function isRun(run: readonly WordPair[], comparison: Comparison): boolean {
  const others = run.filter((pair) => !comparison.isStop[pair.heard]);
  if (others.length === 0) return false;
  if (run.length >= comparison.runWords) return true;
  return others.some((pair) => isRare(pair, comparison));
}

function isRare(pair: WordPair, { spoken }: Comparison): boolean {
  const word = spoken[pair.spoken] ?? '';
  return word.length >= RARE_LETTERS && spoken.indexOf(word) === spoken.lastIndexOf(word);
}
