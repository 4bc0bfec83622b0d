// Lets the language model read what stands of its prompt while the person still speaks: of a question,
// only the last words are left when the turn is over. One that can says how probably they are all of a sentence.
// Runs in the turn worker; portable.
import { createAbortReason } from '../core/abort.ts';
import type { LlmEngine } from '../core/contracts/language-model.ts';
import { withoutLastMarks } from '../text/last-marks.ts';
import { addressedOf } from '../text/wake-phrase.ts';
import type { Conversation } from './conversation.ts';
import type { ResolvedOptions } from './options.ts';

export interface PromptPrefillOptions {
  readonly conversation: Conversation;
  readonly getOptions: () => ResolvedOptions;
  readonly getLlm: () => LlmEngine | null;
  readonly onWordsEnd: (judged: JudgedWords) => void;
}

/** How probable it is, 0 to 1, that these words of an open turn are all of a sentence. */
export interface JudgedWords extends Pick<HeardWords, 'turnId' | 'text'> {
  readonly probability: number;
}

/** What was understood of an open turn so far. */
export interface HeardWords {
  readonly turnId: string;
  readonly text: string;
  /** Whether it is all up to the present silence: an answer may be begun on it, which reads it as well. */
  readonly isFinal: boolean;
}

/** What was read last: nothing is read twice. */
interface Reading {
  readonly llm: LlmEngine;
  readonly options: ResolvedOptions;
  readonly revision: number;
  readonly words: string;
  readonly controller: AbortController;
  isOver: boolean;
}

/** Of a single word a model of words cannot tell. */
const SEVERAL_WORDS = /\S\s+\S/u;

export class PromptPrefill {
  readonly #options: PromptPrefillOptions;
  #reading: Reading | null = null;

  constructor(options: PromptPrefillOptions) {
    this.#options = options;
  }

  /** Instructions, history and the person's words so far; what is being read gives way to it. */
  read(heard: HeardWords | null = null): void {
    const { conversation, getOptions, getLlm } = this.#options;
    const llm = getLlm();
    if (llm?.prefill === undefined) return;
    const options = getOptions();
    const { revision } = conversation;
    // A partial transcript is punctuated as if it were a whole sentence; the next one differs there.
    const words = withoutLastMarks(addressedOf(heard?.text ?? '', options));
    const last = this.#reading;
    const isSame = last?.llm === llm && last.options === options && last.revision === revision;
    if (isSame && last.words === words) return;
    const isTold = heard !== null && SEVERAL_WORDS.test(words) && llm.predictEnd !== undefined;
    if (heard?.isFinal === true && !isTold) return;
    this.stop();
    const controller = new AbortController();
    const reading = { llm, options, revision, words, controller, isOver: false };
    this.#reading = reading;
    const messages = conversation.toPrompt(options.instructions, words);
    const prefill = { messages, tools: options.tools, signal: controller.signal };
    const done = isTold ? llm.predictEnd?.(prefill) : llm.prefill(prefill);
    // A failure means that the model cannot answer either: it is told when it is asked.
    void done
      ?.catch(() => undefined)
      .then((probability) => {
        reading.isOver = true;
        if (heard === null || controller.signal.aborted || typeof probability !== 'number') return;
        this.#options.onWordsEnd({ turnId: heard.turnId, text: heard.text, probability });
      });
  }

  /** Something else needs the cores. What was read stays read. */
  stop(): void {
    if (this.#reading?.isOver !== false) return;
    this.#reading.controller.abort(createAbortReason('Reading ahead gave way.'));
    this.#reading = null;
  }
}
