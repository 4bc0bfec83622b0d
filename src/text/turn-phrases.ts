// Parts an utterance into the phrases of a language table. Pure, portable.
import { isSpaceless, toSpokenWords } from './spoken-words.ts';
import type { TurnWords } from './turn-words.ts';

export type PhraseKind = 'stop' | 'backchannel' | 'filler' | 'word';

/** A known phrase, or a run of other words. */
export interface Phrase {
  readonly kind: PhraseKind;
  readonly words: readonly string[];
}

/** Parts an utterance into known phrases, longest first, and runs of other words. */
export function findPhrases(text: string, table: TurnWords): readonly Phrase[] {
  const kinds = toKinds(table);
  const longest = Math.max(...[...kinds.keys()].map((key) => key.split(' ').length));
  const words = toSpokenWords(text, table.language);
  const found: Phrase[] = [];
  for (let at = 0; at < words.length;) {
    const phrase = longestPhraseAt(words.slice(at, at + longest), kinds);
    found.push(phrase);
    at += phrase.words.length;
  }
  return isSpaceless(table.language) ? joinCharacters(found) : joinOthers(found);
}

function longestPhraseAt(words: readonly string[], kinds: ReadonlyMap<string, PhraseKind>): Phrase {
  for (let length = words.length; length > 0; length -= 1) {
    const candidate = words.slice(0, length);
    const kind = kinds.get(candidate.join(' '));
    if (kind !== undefined) return { kind, words: candidate };
  }
  return { kind: 'word', words: words.slice(0, 1) };
}

/** What is in two lists has the kind of the later: a stop phrase is one before all. */
function toKinds(table: TurnWords): ReadonlyMap<string, PhraseKind> {
  const lists = [
    ['filler', table.fillers],
    ['backchannel', table.backchannels],
    ['stop', table.stop],
  ] as const;
  return new Map(
    lists.flatMap(([kind, list]) =>
      list.map((phrase) => [toSpokenWords(phrase, table.language).join(' '), kind] as const),
    ),
  );
}

/** Where characters are words only together, one alone beside unknown ones is part of a longer word. */
function joinCharacters(found: readonly Phrase[]): readonly Phrase[] {
  const isOther = (phrase: Phrase | undefined): boolean => phrase?.kind === 'word';
  return joinOthers(
    found.map((phrase, index) => {
      const isInside = isOther(found[index - 1]) || isOther(found[index + 1]);
      return phrase.words.length === 1 && isInside ? { ...phrase, kind: 'word' } : phrase;
    }),
  );
}

function joinOthers(found: readonly Phrase[]): readonly Phrase[] {
  const joined: Phrase[] = [];
  for (const phrase of found) {
    const last = joined.at(-1);
    if (phrase.kind !== 'word' || last?.kind !== 'word') joined.push(phrase);
    else joined[joined.length - 1] = { kind: 'word', words: [...last.words, ...phrase.words] };
  }
  return joined;
}
