// Language model: messages in, a stream of parts out. Types only.
import type { EngineInfo } from './engine.ts';

export interface LlmMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly content: string;
  readonly toolCalls?: readonly LlmToolCall[];
  readonly toolCallId?: string;
}

export interface LlmToolCall {
  readonly id: string;
  readonly name: string;
  /** The complete JSON text of the arguments; never a fragment. */
  readonly argumentsJson: string;
}

export interface LlmTool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the arguments object. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface LlmRequest {
  readonly messages: readonly LlmMessage[];
  readonly tools?: readonly LlmTool[];
  /** `none`: the answer is words. `required`: it is a call. Absent: the model chooses. */
  readonly toolChoice?: 'none' | 'required';
  readonly maxTokens: number;
  /** 0 is greedy. */
  readonly temperature: number;
  readonly seed: number;
  /** Aborting ends the stream by rejecting with the signal's reason; compute stops at the next token. */
  readonly signal: AbortSignal;
}

/** Evaluated ahead of a request with the same beginning. */
export interface LlmPrefill {
  /** The last of them may be the beginning of a message. */
  readonly messages: readonly LlmMessage[];
  /** Those of the request: many chat templates put them in front. */
  readonly tools?: readonly LlmTool[];
  readonly signal: AbortSignal;
}

export type LlmPart =
  | { readonly type: 'text-delta'; readonly text: string }
  | { readonly type: 'tool-call'; readonly call: LlmToolCall }
  | {
      readonly type: 'finish';
      readonly reason: 'stop' | 'length' | 'tool-calls';
      /** Tokens of the prompt that were evaluated, not taken from a cache; null where unknown. */
      readonly promptTokens: number | null;
      readonly completionTokens: number | null;
      /** What its tokens after the first took to compute; absent where that is not known, or they are too few. */
      readonly decodeMs?: number;
    };

export interface LlmEngine {
  readonly info: EngineInfo;
  /** False: a request with tools is refused with `unsupported`. Absent means true. */
  readonly supportsTools?: boolean;
  /** BCP 47; a question in another language is refused with `unsupported`. Absent means any. */
  readonly languages?: readonly string[];
  /** The last part of a complete answer is `finish`; without one the stream rejects (`llm-incomplete`). */
  generate(request: LlmRequest): AsyncIterable<LlmPart>;
  /** Evaluates messages ahead of time so that a later `generate` with this prefix starts sooner. */
  prefill?(options: LlmPrefill): Promise<void>;
  /**
   * Evaluates as `prefill` does, and tells how probable it is, 0 to 1, that the last message ends with its last word: that a
   * full stop, a question mark or the end comes next. Marks at its end are not looked at. Null where the model does not tell.
   */
  predictEnd?(options: LlmPrefill): Promise<number | null>;
  /**
   * Something else needs the cores now: tokens wait until `wake` or the next request, `limitMs` at most. A hint
   * that a model on other hardware leaves out.
   */
  rest?(limitMs: number): void;
  wake?(): void;
  dispose(): Promise<void>;
}
