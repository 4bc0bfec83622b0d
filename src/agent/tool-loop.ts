// Asks a language model, makes the tool calls it asks for, and asks again with their results, until it
// answers. Runs in the turn worker; portable.
import { abortable } from '../core/abort.ts';
import type { LlmMessage, LlmPart, LlmToolCall } from '../core/contracts/language-model.ts';
import { VoiceAgentError } from '../core/errors.ts';
import { REPLY_PAUSE } from './reply-text.ts';
import type { ToolProgress } from './tool-progress.ts';

/** Rounds of calls in one reply; a model that wants more goes in circles. */
const MAX_ROUNDS = 5;

export interface ToolLoopOptions {
  /** The prompt of the first round. */
  readonly messages: readonly LlmMessage[];
  readonly ask: (messages: readonly LlmMessage[]) => AsyncIterable<LlmPart>;
  /** Makes the calls of one answer; resolves with what the prompt goes on with. Must not reject. */
  readonly run: (answer: RoundAnswer) => Promise<readonly LlmMessage[]>;
  /** Resolves once the person's turn is over: what is begun ahead of that calls nothing. */
  readonly released: Promise<void>;
  readonly progress: ToolProgress;
  /** Said in place of an answer when the rounds are used up; null where the language has no words for it. */
  readonly apology: string | null;
  readonly signal: AbortSignal;
}

/** What the model said and wants in one round. */
export interface RoundAnswer {
  readonly text: string;
  readonly calls: readonly LlmToolCall[];
}

/**
 * The text of a reply. Rejects as `ask` does, with the signal's reason on abort (tools at work go on), and
 * after the apology with `tool-failed` when the model still calls tools after five rounds.
 */
export async function* answerWithTools(
  options: ToolLoopOptions,
): AsyncGenerator<string, void, undefined> {
  const { released, signal, progress, run, apology } = options;
  let messages = options.messages;
  let gap = '';
  for (let round = 0; ; round += 1) {
    const answer = yield* askOnce(options.ask(messages), gap);
    const [first] = answer.calls;
    if (first === undefined) return;
    if (answer.text !== '') gap = ' ';
    if (round === MAX_ROUNDS) {
      if (apology !== null) yield gap + apology;
      throw createCirclesError(first.name);
    }
    if (answer.text !== '') yield REPLY_PAUSE;
    await abortable(released, signal);
    messages = [...messages, ...(await progress.during(abortable(run(answer), signal)))];
  }
}

/** Passes the text on, after `gap`. A call that comes is whole, also in an answer that ends by its length. */
async function* askOnce(
  parts: AsyncIterable<LlmPart>,
  gap: string,
): AsyncGenerator<string, RoundAnswer, undefined> {
  const calls: LlmToolCall[] = [];
  let text = '';
  for await (const part of parts) {
    if (part.type === 'tool-call') calls.push(part.call);
    else if (part.type === 'text-delta' && part.text !== '') {
      yield text === '' ? gap + part.text : part.text;
      text += part.text;
    }
  }
  return { text, calls };
}

function createCirclesError(tool: string): VoiceAgentError {
  return new VoiceAgentError(
    'tool-failed',
    `The language model called tools ${MAX_ROUNDS} times in a row without an answer. Say in the description of "${tool}" when to call it, or take a larger model.`,
    { details: { tool, reason: `more than ${MAX_ROUNDS} rounds of calls` } },
  );
}
