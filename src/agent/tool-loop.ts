// Asks a language model, makes the tool calls it asks for, and asks again with their results, until it
// answers. Runs in the turn worker; portable.
import { abortable } from '../core/abort.ts';
import type {
  LlmMessage,
  LlmPart,
  LlmRequest,
  LlmToolCall,
} from '../core/contracts/language-model.ts';
import { VoiceAgentError } from '../core/errors.ts';
import { REPLY_PAUSE } from './reply-text.ts';
import type { ToolProgress } from './tool-progress.ts';

/** Rounds of calls in one reply; a model that wants more goes in circles. */
const MAX_ROUNDS = 5;

export interface ToolLoopOptions {
  /** The prompt of the first round. */
  readonly messages: readonly LlmMessage[];
  readonly ask: (
    messages: readonly LlmMessage[],
    choice: Pick<LlmRequest, 'toolChoice'>,
  ) => AsyncIterable<LlmPart>;
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
 * The text of a reply. A round whose every call was made before, with the same result, is the last: the model is
 * asked once more, to answer in words. Rejects as `ask` does, with the signal's reason on abort (tools at work go
 * on), and after the apology with `tool-failed` when the model still calls tools after five rounds, or has no words.
 */
export async function* answerWithTools(
  options: ToolLoopOptions,
): AsyncGenerator<string, void, undefined> {
  const { released, signal, progress, run, apology } = options;
  const known = new KnownResults();
  let messages = options.messages;
  let gap = '';
  let lastTool: string | null = null;
  for (let round = 0; ; round += 1) {
    const mustAnswer = known.isGoingInCircles;
    const answer = yield* askOnce(
      options.ask(messages, mustAnswer ? { toolChoice: 'none' } : {}),
      gap,
    );
    if (mustAnswer ? answer.text !== '' : answer.calls.length === 0) return;
    if (answer.text !== '') gap = ' ';
    lastTool = answer.calls[0]?.name ?? lastTool;
    if (round === MAX_ROUNDS || mustAnswer) {
      if (apology !== null) yield gap + apology;
      throw createCirclesError(lastTool ?? '', round);
    }
    if (answer.text !== '') yield REPLY_PAUSE;
    await abortable(released, signal);
    const made = await progress.during(abortable(run(answer), signal));
    known.add(answer.calls, made);
    messages = [...messages, ...made];
  }
}

/** What the calls of a reply came to. A call may be made twice: its result may have changed. */
class KnownResults {
  readonly #contents = new Map<string, string>();
  /** Whether the last round brought nothing new. */
  isGoingInCircles = false;

  /** @param made as of `ToolLoopOptions.run`. */
  add(calls: readonly LlmToolCall[], made: readonly LlmMessage[]): void {
    const results = made.filter(({ role }) => role === 'tool');
    const isNew = calls.map(({ name, argumentsJson }, at) => {
      const call = JSON.stringify([name, toPlainJson(argumentsJson)]);
      const content = results[at]?.content ?? '';
      const isKnown = this.#contents.get(call) === content;
      this.#contents.set(call, content);
      return !isKnown;
    });
    this.isGoingInCircles = !isNew.includes(true);
  }
}

/** The same arguments are the same however they are spaced. */
function toPlainJson(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json));
  } catch {
    return json;
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

function createCirclesError(tool: string, rounds: number): VoiceAgentError {
  return new VoiceAgentError(
    'tool-failed',
    `The language model called tools ${rounds} times in a row without an answer. Say in the description of "${tool}" when to call it, or take a larger model.`,
    { details: { tool, reason: `${rounds} rounds of calls and no answer` } },
  );
}
