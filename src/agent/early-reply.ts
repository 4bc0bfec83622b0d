// An answer made ahead of the decision that the person is done: held back, and thrown away when it no
// longer fits. Runs in the turn worker; portable.
import type { LlmEngine, LlmMessage } from '../core/contracts/language-model.ts';
import type { FinalTranscript } from '../core/contracts/speech-to-text.ts';
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

/** The words that an early reply answers. */
export interface EarlyWords {
  readonly turnId: string;
  readonly transcript: FinalTranscript;
  /** What of the transcript is meant for the agent. */
  readonly text: string;
}

export interface TakenDraft extends EarlyWords {
  readonly ticket: ReplyTicket;
}

interface Draft extends TakenDraft {
  readonly recorder: TurnRecorder;
  /** What it was made from besides the words: the draft fits only while these are the same. */
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

  /** Begins an answer where that is allowed and worth it; the one before is dropped. */
  async start(words: EarlyWords & { readonly recorder: TurnRecorder }): Promise<void> {
    this.drop();
    if (!this.#isWorthIt(words)) return;
    const call = this.#calls;
    const { replies, conversation, getOptions, getLlm, answer } = this.#options;
    // What was heard of a reply that was just cut off is known once it is silent.
    await replies.settled;
    const llm = getLlm();
    if (call !== this.#calls || llm === null) return;
    const { turnId, recorder, text } = words;
    const options = getOptions();
    const ticket = replies.open({ turnId, kind: 'answer', recorder, isEarly: true });
    recorder.startReplyAhead();
    const { revision } = conversation;
    this.#draft = { ...words, ticket, revision, options, llm };
    answer(ticket, conversation.toPrompt(options.instructions, text));
  }

  /** The draft for a turn that was committed, if it still fits; another one is dropped. */
  take(turnId: string): TakenDraft | null {
    const draft = this.#draft;
    if (draft?.turnId !== turnId || !this.#fits(draft)) {
      this.drop();
      return null;
    }
    this.#calls += 1;
    this.#draft = null;
    return draft;
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

  #fits({ revision, options, llm, ticket }: Draft): boolean {
    const { conversation, getOptions, getLlm, replies } = this.#options;
    const isSame = options === getOptions() && llm === getLlm();
    return isSame && revision === conversation.revision && replies.isOpen(ticket);
  }

  #isWorthIt({ text, transcript, recorder }: EarlyWords & { recorder: TurnRecorder }): boolean {
    const { speculation, maxSpeculations, maxSpeculatedSpeechMs } = this.#options.getOptions().turn;
    const llm = this.#options.getLlm();
    if (llm === null || text === '' || transcript.isTimedOut) return false;
    // A remote endpoint may be paid by the call.
    const isAllowed =
      speculation === 'on' || (speculation === 'auto' && llm.info.backend !== 'remote');
    const isShort = transcript.endMs - transcript.startMs <= maxSpeculatedSpeechMs;
    return isAllowed && isShort && recorder.attempts <= maxSpeculations;
  }
}
