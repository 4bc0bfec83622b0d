// Runs the page's own functions for the language model, by name. Main thread.
import { abortable, createAbortReason } from '../core/abort.ts';
import { messageOf } from '../core/errors.ts';
import type { VoiceAgentTool } from './options.ts';
import { toToolError, toToolResult } from './tool-result.ts';
import type { ToolResult } from './tool-result.ts';

export class PageTools {
  readonly #getTools: () => readonly VoiceAgentTool[];
  readonly #running = new Map<string, AbortController>();

  constructor(getTools: () => readonly VoiceAgentTool[]) {
    this.#getTools = getTools;
  }

  /** Never rejects: what a function throws, or a name that is no longer there, is an error in the result. */
  async call(callId: string, name: string, argumentsJson: string): Promise<ToolResult> {
    const tool = this.#getTools().find((candidate) => candidate.name === name);
    if (tool === undefined) return toToolError(`There is no tool "${name}" any more.`);
    const controller = new AbortController();
    this.#running.set(callId, controller);
    try {
      return toToolResult(await execute(tool, argumentsJson, controller.signal));
    } catch (error) {
      return toToolError(messageOf(error));
    } finally {
      this.#running.delete(callId);
    }
  }

  /** Fires the function's signal, and lets the call end even if it does not listen. */
  cancel(callId: string): void {
    this.#running.get(callId)?.abort(createAbortReason('The result is no longer wanted.'));
  }

  /** Fires the signal of every function at work. */
  dispose(): void {
    for (const callId of this.#running.keys()) this.cancel(callId);
  }
}

/** A function that throws at once rejects like any other. */
async function execute(
  tool: VoiceAgentTool,
  argumentsJson: string,
  signal: AbortSignal,
): Promise<unknown> {
  const argumentsValue: unknown = JSON.parse(argumentsJson);
  return abortable(tool.execute(argumentsValue, { signal }), signal);
}
