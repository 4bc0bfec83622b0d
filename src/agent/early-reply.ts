// An answer made ahead of the decision that the person is done, from a whole sentence on even while they still speak: held back,
// and thrown away when it no longer fits. Runs in the turn worker; portable.
import type { LlmEngine, LlmMessage } from '../core/contracts/language-model.ts';
import type { FinalTranscript } from '../core/contracts/speech-to-text.ts';
import { toSaidWords } from '../text/said-words.ts';
import { addressedOf } from '../text/wake-phrase.ts';
import type { Conversation } from './conversation.ts';
import type { ResolvedOptions } from './options.ts';
import type { Replies, ReplyTicket } from './replies.ts';
import type { TurnRecorder } from './turn-recorder.ts';

export interface EarlyReplyOptions {
  readonly conversation: Conversation;
  readonly replies: Replies;
  readonly getOptions: () => ResolvedOptions;
  readonly getLlm: () => LlmEngine | null;
  /** Runs the language model for a ticket and speaks its answer. */
  readonly answer: (ticket: ReplyTicket, messages: readonly LlmMessage[]) => void;
}

/** Words of an open turn. */
export interface HeardText {
  readonly turnId: string;
  readonly text: string;
  /** Null while they are a partial transcript: an answer to them is taken only if the final one has the same words. */
  readonly transcript: FinalTranscript | null;
}

/** Those that an answer may be begun to, and the length of the speech that they are of. */
export interface EarlyWords extends HeardText {
  readonly speechMs: number;
}

export interface TakenDraft {
  readonly ticket: ReplyTicket;
  readonly transcript: FinalTranscript;
  /** What of it is meant for the agent. */
  readonly text: string;
}

interface Draft {
  readonly ticket: ReplyTicket;
  readonly recorder: TurnRecorder;
  /** What it was made from: the draft fits only while all of that is the same. */
  readonly heard: HeardText;
  readonly revision: number;
  readonly options: ResolvedOptions;
  readonly llm: LlmEngine;
}

export class EarlyReply {
  readonly #options: EarlyReplyOptions;
  #draft: Draft | null = null;
  /** Counts calls, so that one that waited can tell whether it is still wanted. */
  #calls = 0;

  constructor(options: EarlyReplyOptions) {
    this.#options = options;
  }

  get isAtWork(): boolean {
    return this.#draft !== null;
  }

  /** Begins an answer where that is allowed and worth it; the one before is dropped, unless it is to the same words. */
  async start(words: EarlyWords, recorder: TurnRecorder): Promise<void> {
    if (this.#draft !== null && this.#fits(this.#draft, words)) return;
    this.drop();
    if (!this.#isWorthIt(words, recorder)) return;
    const call = this.#calls;
    const { replies, conversation, getOptions, getLlm, answer } = this.#options;
    // What was heard of a reply that was just cut off is known once it is silent.
    await replies.settled;
    const llm = getLlm();
    if (call !== this.#calls || llm === null) return;
    const { turnId, text, transcript } = words;
    const options = getOptions();
    const ticket = replies.open({ turnId, kind: 'answer', recorder, isEarly: true });
    recorder.startReplyAhead({ isPartial: transcript === null });
    const { revision } = conversation;
    this.#draft = { ticket, recorder, heard: words, revision, options, llm };
    answer(ticket, conversation.toPrompt(options.instructions, addressedOf(text, options)));
  }

  /** The person's words so far, or all of them: a draft that answers the same ones fits on, another is dropped. */
  hear(heard: HeardText): void {
    const draft = this.#draft;
    if (draft?.heard.transcript !== null) return;
    if (this.#fits(draft, heard)) this.#draft = { ...draft, heard };
    else this.drop();
  }

  /** The draft for a turn that was committed, if it still fits; another one is dropped. */
  take(turnId: string): TakenDraft | null {
    const draft = this.#draft;
    const transcript = draft?.heard.transcript ?? null;
    if (draft === null || transcript === null || !this.#fits(draft, { ...draft.heard, turnId })) {
      this.drop();
      return null;
    }
    this.#calls += 1;
    this.#draft = null;
    return { ticket: draft.ticket, transcript, text: addressedOf(draft.heard.text, draft.options) };
  }

  /** Stops its work at once. Idempotent. */
  drop(): void {
    this.#calls += 1;
    const draft = this.#draft;
    this.#draft = null;
    if (draft === null) return;
    draft.recorder.dropReply();
    this.#options.replies.cut(draft.ticket.generation);
  }

  #fits({ heard, revision, options, llm, ticket }: Draft, { turnId, text }: HeardText): boolean {
    const { conversation, getOptions, getLlm, replies } = this.#options;
    const isSame = options === getOptions() && llm === getLlm();
    const isOpen = revision === conversation.revision && replies.isOpen(ticket);
    const areSame = wordsOf(heard.text, options) === wordsOf(text, options);
    return isSame && isOpen && heard.turnId === turnId && areSame;
  }

  #isWorthIt({ text, transcript, speechMs }: EarlyWords, recorder: TurnRecorder): boolean {
    const options = this.#options.getOptions();
    const { speculation, maxSpeculations, maxSpeculatedSpeechMs } = options.turn;
    const llm = this.#options.getLlm();
    if (llm === null || transcript?.isTimedOut === true) return false;
    // A remote endpoint may be paid by the call.
    const isAllowed =
      speculation === 'on' || (speculation === 'auto' && llm.info.backend !== 'remote');
    const areFew =
      transcript === null
        ? recorder.partialReplies < maxSpeculations
        : recorder.attempts <= maxSpeculations;
    const hasWords = addressedOf(text, options) !== '';
    return hasWords && isAllowed && areFew && speechMs <= maxSpeculatedSpeechMs;
  }
}

/** Marks and numbers may differ from one transcript to the next. */
function wordsOf(text: string, options: ResolvedOptions): string {
  return toSaidWords(addressedOf(text, options), options.language);
}
