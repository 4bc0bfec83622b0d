// Asks the language model for one reply: prompt in, text out, tool calls in between. Runs in the turn
// worker; portable.
import type { Clock } from '../core/clock.ts';
import type { LlmEngine, LlmMessage, LlmPart } from '../core/contracts/language-model.ts';
import { VoiceAgentError } from '../core/errors.ts';
import { turnWordsOf } from '../text/turn-words.ts';
import type { UnstampedEvent } from './events.ts';
import type { ResolvedOptions } from './options.ts';
import type { Replies, ReplyTicket } from './replies.ts';
import type { SignsOfLife } from './signs-of-life.ts';
import { answerWithTools } from './tool-loop.ts';
import { ToolProgress } from './tool-progress.ts';
import type { ToolRunner } from './tool-runner.ts';

export interface ThinkingOptions {
  readonly clock: Clock;
  readonly tools: ToolRunner;
  readonly replies: Replies;
  readonly signs: SignsOfLife;
  readonly getOptions: () => ResolvedOptions;
  readonly getLlm: () => LlmEngine | null;
  readonly emit: (event: UnstampedEvent) => void;
}

/** Said where the language has no words of its own. */
const APOLOGY = 'Sorry, that did not work.';
/** A voice that takes longer for its first words is not waited for. */
const FIRST_WORDS_LIMIT_MS = 2_000;

export class Thinking {
  readonly #options: ThinkingOptions;

  constructor(options: ThinkingOptions) {
    this.#options = options;
  }

  /**
   * The text of a reply; nothing without a model. Rejects with the ticket's signal's reason when the reply is
   * cut off, `unsupported` for tools with a model that calls none, and as the model and the tools do.
   */
  async *answer(
    ticket: ReplyTicket,
    messages: readonly LlmMessage[],
  ): AsyncGenerator<string, void, undefined> {
    const { getLlm, getOptions, tools } = this.#options;
    const llm = getLlm();
    if (llm === null) return;
    const options = getOptions();
    if (options.tools.length > 0 && llm.supportsTools === false) throw createUnsupported(llm);
    const { signal, released } = ticket;
    yield* answerWithTools({
      messages,
      ask: (prompt) => this.#ask(llm, ticket, { options, prompt }),
      run: (answer) => tools.run(answer, ticket),
      released,
      progress: this.#watch(ticket, options),
      apology: turnWordsOf(options.language)?.apology ?? APOLOGY,
      signal,
    });
  }

  /** On two cores two models at once are slower than one after the other: the voice's first words go first. */
  giveWay(isVoiceAwaited: boolean): void {
    const llm = this.#options.getLlm();
    if (isVoiceAwaited) llm?.rest?.(FIRST_WORDS_LIMIT_MS);
    else llm?.wake?.();
  }

  async *#ask(
    llm: LlmEngine,
    { recorder, signal }: ReplyTicket,
    { options, prompt }: { options: ResolvedOptions; prompt: readonly LlmMessage[] },
  ): AsyncGenerator<LlmPart, void, undefined> {
    const { maxTokens, temperature, seed } = options.reply;
    const { tools } = options;
    const request = { messages: prompt, maxTokens, temperature, seed, signal };
    const parts = llm.generate(tools.length === 0 ? request : { ...request, tools });
    for await (const part of recorder.watch(llm.info, parts)) {
      if (part.type === 'finish') recorder.finishLlm(part);
      yield part;
    }
  }

  #watch(ticket: ReplyTicket, { silence }: ResolvedOptions): ToolProgress {
    const { clock, signs, replies, emit } = this.#options;
    return new ToolProgress({
      clock,
      afterMs: silence.progressAfterMs,
      onLate: ({ isFirst, signal }) => {
        emit({ type: 'progress', turnId: ticket.turnId, message: signs.progressText });
        if (!isFirst) return;
        void signs.makeProgressPhrase(signal).then((phrase) => {
          if (phrase !== null && !signal.aborted) replies.addPhrase(ticket, phrase, 'progress');
        });
      },
    });
  }
}

function createUnsupported({ info }: LlmEngine): VoiceAgentError {
  const model = info.modelIds.join() || info.name;
  return new VoiceAgentError(
    'unsupported',
    `The language model "${model}" cannot call tools. Take one that can with options.engines.llm, or leave options.tools out.`,
    { details: { feature: 'tools' } },
  );
}
