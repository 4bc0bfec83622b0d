// Makes the tool calls of one conversation: each checked, timed, told and kept in the history. Runs in the
// turn worker; the functions themselves live on the page. Portable.
import { createAbortReason, createLinkedAbort, withDeadline } from '../core/abort.ts';
import type { Clock } from '../core/clock.ts';
import type { LlmMessage, LlmToolCall } from '../core/contracts/language-model.ts';
import { messageOf, VoiceAgentError } from '../core/errors.ts';
import type { Conversation } from './conversation.ts';
import type { UnstampedEvent } from './events.ts';
import type { ResolvedOptions, ToolDescription } from './options.ts';
import { findToolFault } from './tool-check.ts';
import { toToolError } from './tool-result.ts';
import type { ToolResult } from './tool-result.ts';

/** Calls a function of the page. Its failure is a result; rejects when the page cannot be reached, or on abort. */
export type CallTool = (
  call: LlmToolCall,
  options: { readonly signal: AbortSignal },
) => Promise<ToolResult>;

export interface ToolRunnerOptions {
  readonly clock: Clock;
  readonly conversation: Conversation;
  readonly emit: (event: UnstampedEvent) => void;
  readonly callTool: CallTool;
  readonly getOptions: () => Pick<ResolvedOptions, 'tools' | 'reply'>;
  /** Fires when the conversation is disposed of: then every tool's signal does. */
  readonly signal: AbortSignal;
}

/** The reply that calls; `signal` fires when it is cut off, which ends abortable tools alone. */
export interface ToolCaller {
  readonly turnId: string | null;
  readonly signal: AbortSignal;
}

/** Tools that run at once, those of replies that were cut off included; more are refused. */
const MAX_RUNNING = 8;

export class ToolRunner {
  readonly #options: ToolRunnerOptions;
  #running = 0;

  constructor(options: ToolRunnerOptions) {
    this.#options = options;
  }

  /**
   * Makes the calls side by side. Resolves with what the prompt goes on with: the calls, and a result for
   * each, in their order. Never rejects, and does not end with the reply that calls: the caller may leave.
   */
  async run(
    answer: { readonly text: string; readonly calls: readonly LlmToolCall[] },
    caller: ToolCaller,
  ): Promise<readonly LlmMessage[]> {
    const runs = answer.calls.map((call) => this.#record(call, caller));
    const toolCalls = runs.map(({ call }) => call);
    const results = await Promise.all(runs.map(({ result }) => result));
    return [{ role: 'assistant', content: answer.text, toolCalls }, ...results];
  }

  /** From its beginning on the call is in the history: nobody makes it twice because it takes long. */
  #record(
    given: LlmToolCall,
    caller: ToolCaller,
  ): { call: LlmToolCall; result: Promise<LlmMessage> } {
    const { conversation } = this.#options;
    const call = { ...given, id: this.#toUniqueId(given.id) };
    const messageId = conversation.add({
      role: 'tool',
      content: '',
      turnId: caller.turnId,
      isFinal: false,
      toolCall: call,
    });
    const result = this.#make(call, caller).then(({ content }): LlmMessage => {
      conversation.update(messageId, { content, generatedText: content, isFinal: true });
      return { role: 'tool', content, toolCallId: call.id };
    });
    return { call, result };
  }

  async #make(call: LlmToolCall, caller: ToolCaller): Promise<ToolResult> {
    const { getOptions, emit } = this.#options;
    const { tools } = getOptions();
    const fault = findToolFault(call, tools);
    const tool = tools.find(({ name }) => name === call.name);
    if (fault !== null || tool === undefined) return toToolError(fault ?? 'There is no such tool.');
    if (this.#running >= MAX_RUNNING) return toToolError(`${MAX_RUNNING} tools run already.`);
    const stamp = { turnId: caller.turnId, tool: call.name, callId: call.id };
    emit({ type: 'tool-start', ...stamp });
    this.#running += 1;
    const result = await this.#callInTime(call, { tool, caller });
    this.#running -= 1;
    emit({ type: 'tool-end', ...stamp, isError: result.isError });
    return result;
  }

  /** A tool that may not be aborted is only no longer waited for. */
  async #callInTime(
    call: LlmToolCall,
    { tool, caller }: { tool: ToolDescription; caller: ToolCaller },
  ): Promise<ToolResult> {
    const { clock, callTool, getOptions, signal } = this.#options;
    const ends = tool.isAbortable ? AbortSignal.any([signal, caller.signal]) : signal;
    const { controller, release } = createLinkedAbort(ends);
    const limitMs = getOptions().reply.toolTimeoutMs;
    try {
      return await withDeadline(callTool(call, { signal: controller.signal }), {
        clock,
        limitMs,
        toTimeoutError: () => createTimeoutError(tool, limitMs),
        signal: controller.signal,
      });
    } catch (error) {
      if (tool.isAbortable) controller.abort(createAbortReason('The tool took too long.'));
      return toToolError(messageOf(error));
    } finally {
      release();
    }
  }

  /** Some servers number the calls of every answer alike; a prompt holds those of many. */
  #toUniqueId(id: string): string {
    const { messages } = this.#options.conversation;
    const isTaken = (candidate: string): boolean =>
      messages.some(({ toolCall }) => toolCall?.id === candidate);
    let unique = id;
    for (let count = 2; isTaken(unique); count += 1) unique = `${id}_${count}`;
    return unique;
  }
}

function createTimeoutError({ name, isAbortable }: ToolDescription, limitMs: number): Error {
  const end = isAbortable ? 'It was ended.' : 'It may still be at work.';
  const message = `Tool "${name}" did not answer within ${limitMs} ms. ${end}`;
  const reason = `no answer within ${limitMs} ms`;
  return new VoiceAgentError('tool-failed', message, { details: { tool: name, reason } });
}
