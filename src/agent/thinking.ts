// Asks the language model for one reply: prompt in, text out, tool calls in between. Runs in the turn
// worker; portable.
import type { Clock } from '../core/clock.ts';
import type {
  LlmEngine,
  LlmMessage,
  LlmPart,
  LlmRequest,
} from '../core/contracts/language-model.ts';
import { VoiceAgentError } from '../core/errors.ts';
import { knows, UNDETERMINED } from '../core/language.ts';
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

/** A voice that takes longer for its first words is not waited for, nor a person who speaks on. */
const REST_LIMIT_MS = 2_000;

export class Thinking {
  readonly #options: ThinkingOptions;

  constructor(options: ThinkingOptions) {
    this.#options = options;
  }

  /**
   * The text of a reply; nothing without a model. Rejects with the ticket's signal's reason when the reply is
   * cut off, `unsupported` for a language that the model lacks and for tools with one that calls none, and as the model and the tools do.
   */
  async *answer(
    ticket: ReplyTicket,
    messages: readonly LlmMessage[],
  ): AsyncGenerator<string, void, undefined> {
    const { getLlm, getOptions, tools } = this.#options;
    const llm = getLlm();
    if (llm === null) return;
    const options = getOptions();
    if (!hasLanguage(llm, options.language)) throw createLanguageError(llm, options.language);
    if (options.tools.length > 0 && llm.supportsTools === false) throw createUnsupported(llm);
    const { signal, released } = ticket;
    yield* answerWithTools({
      messages,
      ask: (prompt, choice) => this.#ask(llm, ticket, { options, prompt, choice }),
      run: (answer) => tools.run(answer, ticket),
      released,
      progress: this.#watch(ticket, options),
      apology: turnWordsOf(options.language)?.apology ?? null,
      signal,
    });
  }

  /**
   * On two cores two models at once are slower than one after the other: the voice's first words go first, and so does
   * understanding who speaks over them.
   */
  giveWay(isAnotherAwaited: boolean): void {
    const llm = this.#options.getLlm();
    if (isAnotherAwaited) llm?.rest?.(REST_LIMIT_MS);
    else llm?.wake?.();
  }

  async *#ask(
    llm: LlmEngine,
    { recorder, signal }: ReplyTicket,
    {
      options,
      prompt,
      choice,
    }: {
      options: ResolvedOptions;
      prompt: readonly LlmMessage[];
      choice: Pick<LlmRequest, 'toolChoice'>;
    },
  ): AsyncGenerator<LlmPart, void, undefined> {
    const { maxTokens, temperature, seed } = options.reply;
    const { tools } = options;
    const request = { messages: prompt, maxTokens, temperature, seed, signal };
    const parts = llm.generate(tools.length === 0 ? request : { ...request, tools, ...choice });
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

/** One that nobody told is not refused: the model may know it. */
function hasLanguage({ languages = [] }: LlmEngine, language: string): boolean {
  return languages.length === 0 || language === UNDETERMINED || knows(languages, language);
}

function createLanguageError(
  { info, languages = [] }: LlmEngine,
  language: string,
): VoiceAgentError {
  const model = info.modelIds.join() || info.name;
  return new VoiceAgentError(
    'unsupported',
    `The language model "${model}" has no "${language}" (it has ${languages.join(', ')}). Take one that has it with options.engines.llm, or set options.language.`,
    { details: { feature: `language "${language}" with ${model}` } },
  );
}

function createUnsupported({ info }: LlmEngine): VoiceAgentError {
  const model = info.modelIds.join() || info.name;
  return new VoiceAgentError(
    'unsupported',
    `The language model "${model}" cannot call tools. Take one that can with options.engines.llm, or leave options.tools out.`,
    { details: { feature: 'tools' } },
  );
}
