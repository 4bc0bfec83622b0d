// A text as it is said, and where each part of that stands in what was written. Pure, portable.

/** Something that is said otherwise than it is written: character offsets in the text, end exclusive. */
export interface Rewording {
  readonly start: number;
  readonly end: number;
  /** Empty for what is not said at all. */
  readonly words: string;
}

interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly spokenStart: number;
  readonly spokenEnd: number;
  readonly isReworded: boolean;
}

/** A text with some places reworded. Offsets lead back to what was written, where a reworded place is one whole. */
export class SpokenForm {
  /** What is to be said. */
  readonly text: string;
  readonly #stretches: readonly Stretch[];

  /** @param rewordings without overlaps, in any order. */
  constructor(written: string, rewordings: readonly Rewording[]) {
    const stretches: Stretch[] = [];
    let text = '';
    const add = ({ start, end, words }: Rewording, isReworded: boolean): void => {
      const spokenStart = text.length;
      text += words;
      stretches.push({ start, end, spokenStart, spokenEnd: text.length, isReworded });
    };
    let at = 0;
    for (const { start, end, words } of rewordings.toSorted((a, b) => a.start - b.start)) {
      add({ start: at, end: start, words: written.slice(at, start) }, false);
      add({ start, end, words: setApart(words, text, written.slice(end)) }, true);
      at = end;
    }
    add({ start: at, end: written.length, words: written.slice(at) }, false);
    this.text = text;
    this.#stretches = stretches;
  }

  /** Where in the written text something begins that begins here in the spoken one. */
  toWrittenStart(spoken: number): number {
    const found = this.#stretches.find(({ spokenEnd }) => spoken < spokenEnd);
    if (found === undefined) return this.#stretches.at(-1)?.end ?? 0;
    return found.isReworded ? found.start : found.start + spoken - found.spokenStart;
  }

  /** Where in the written text something ends that ends here in the spoken one. */
  toWrittenEnd(spoken: number): number {
    const found = this.#stretches.findLast(({ spokenStart }) => spokenStart < spoken);
    if (found === undefined) return 0;
    return found.isReworded ? found.end : found.start + spoken - found.spokenStart;
  }
}

/** Scripts that are written without spaces need none. */
const ENDS_IN_WORD = /[\p{L}\p{N}](?<![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])$/u;
const BEGINS_WITH_WORD = /^(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])[\p{L}\p{N}]/u;

/** Words do not run into a letter or digit beside them: "MP3" has a word of its own for the 3. */
function setApart(words: string, before: string, after: string): string {
  const isGlued = (left: string, right: string): boolean =>
    ENDS_IN_WORD.test(left) && BEGINS_WITH_WORD.test(right);
  return `${isGlued(before, words) ? ' ' : ''}${words}${isGlued(words, after) ? ' ' : ''}`;
}
