// Turns the chunks of one chat completion into parts, and knows when it is whole. Pure, portable.
import type { LlmPart } from '../core/contracts/language-model.ts';
import type { ChatChunk } from './openai-wire.ts';
import { ToolCallCollector } from './tool-call-collector.ts';

type FinishPart = Extract<LlmPart, { type: 'finish' }>;

export class ChatAnswer {
  readonly #calls = new ToolCallCollector();
  #finishReason: string | null = null;
  #usage: ChatChunk['usage'] = null;
  #hasText = false;

  /** Whether the server said why it stopped; what follows can only be the token counts. */
  get isFinished(): boolean {
    return this.#finishReason !== null;
  }

  /** Whether the answer ended because its tokens were used up. */
  get isCut(): boolean {
    return this.#finishReason === 'length' || this.#finishReason === 'max_tokens';
  }

  /** Whether any text went out: then the question cannot simply be asked again. */
  get hasText(): boolean {
    return this.#hasText;
  }

  /** Whether the chunk brings the answer on. */
  static isProgress(chunk: ChatChunk): boolean {
    return (
      chunk.text !== '' ||
      chunk.isReasoning ||
      chunk.toolCalls.length > 0 ||
      chunk.finishReason !== null ||
      chunk.usage !== null
    );
  }

  /** Takes a chunk in; returns its text, empty when it has none. Throws for impossible tool calls. */
  add(chunk: ChatChunk): string {
    for (const fragment of chunk.toolCalls) this.#calls.add(fragment);
    this.#finishReason ??= chunk.finishReason;
    this.#usage = chunk.usage ?? this.#usage;
    this.#hasText ||= chunk.text !== '';
    return chunk.text;
  }

  /** The closing parts. Throws when the answer was withheld or a tool call is cut off. */
  finish(): LlmPart[] {
    if (this.#finishReason === 'content_filter') throw new Error('the provider withheld the rest');
    const calls = this.#calls.complete({ isCut: this.isCut });
    const reason: FinishPart['reason'] = this.isCut
      ? 'length'
      : calls.length > 0
        ? 'tool-calls'
        : 'stop';
    return [
      ...calls.map((call): LlmPart => ({ type: 'tool-call', call })),
      {
        type: 'finish',
        reason,
        promptTokens: this.#usage?.promptTokens ?? null,
        completionTokens: this.#usage?.completionTokens ?? null,
      },
    ];
  }
}
