// Lets the language model read what stands of its prompt while the person still speaks: of a question,
// only the last words are left when the turn is over. Runs in the turn worker; portable.
import { createAbortReason } from '../core/abort.ts';
import type { LlmEngine } from '../core/contracts/language-model.ts';
import type { Conversation } from './conversation.ts';
import type { ResolvedOptions } from './options.ts';

export interface PromptPrefillOptions {
  readonly conversation: Conversation;
  readonly getOptions: () => ResolvedOptions;
  readonly getLlm: () => LlmEngine | null;
}

/** What was read last: nothing is read twice. */
interface Reading {
  readonly llm: LlmEngine;
  readonly options: ResolvedOptions;
  readonly revision: number;
  readonly words: string;
  readonly controller: AbortController;
}

/** A partial transcript is punctuated as if it were a whole sentence; the next one differs there. */
const LAST_PUNCTUATION = /[\p{P}\s]+$/u;

export class PromptPrefill {
  readonly #options: PromptPrefillOptions;
  #reading: Reading | null = null;

  constructor(options: PromptPrefillOptions) {
    this.#options = options;
  }

  /** Instructions, history and the person's words so far; what is being read gives way to it. */
  read(partialText = ''): void {
    const { conversation, getOptions, getLlm } = this.#options;
    const llm = getLlm();
    if (llm?.prefill === undefined) return;
    const options = getOptions();
    const { revision } = conversation;
    const words = partialText.replace(LAST_PUNCTUATION, '');
    const last = this.#reading;
    const isSame = last?.llm === llm && last.options === options && last.revision === revision;
    if (isSame && last.words === words) return;
    this.stop();
    const controller = new AbortController();
    this.#reading = { llm, options, revision, words, controller };
    const messages = conversation.toPrompt(options.instructions, words);
    const { signal } = controller;
    // A failure means that the model cannot answer either: it is told when it is asked.
    llm.prefill({ messages, tools: options.tools, signal }).catch(() => undefined);
  }

  /** Something else needs the cores. What was read stays read. */
  stop(): void {
    this.#reading?.controller.abort(createAbortReason('Reading ahead gave way.'));
    this.#reading = null;
  }
}
