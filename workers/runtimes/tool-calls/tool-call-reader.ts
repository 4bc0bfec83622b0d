// Parts an answer that comes in pieces into words and calls of tools. Pure, portable.
import { VoiceAgentError } from '../../../src/core/errors.ts';
import { toChunk } from '../../../src/engines/openai-wire.ts';
import type { LlamaChunk } from '../llama-runtime.ts';
import { CALL_END, CALL_MARK, toCallHead } from './call-form.ts';

/** Words are passed on at once, but for an end that may be the beginning of a call. */
export class ToolCallReader {
  readonly #onChunk: (chunk: LlamaChunk) => void;
  /** What is not passed on yet: of a call all of it. */
  #text = '';
  #isInCall = false;
  /** As they were written. */
  readonly #calls = new Set<string>();

  constructor(onChunk: (chunk: LlamaChunk) => void) {
    this.#onChunk = onChunk;
  }

  add(chunk: LlamaChunk): void {
    const { text, finishReason } = toChunk(chunk);
    this.#text += text;
    this.#read();
    if (text !== '' && finishReason === null) return;
    if (finishReason !== null && !this.#isInCall) this.#say(this.#text.length);
    this.#onChunk(text === '' ? chunk : { ...chunk, choices: [toEnd(finishReason)] });
  }

  /** Throws `tool-failed` for a call that the answer's end cut off. */
  assertWhole(): void {
    if (!this.#isInCall) return;
    const tool = /"name": "([^"]*)"/u.exec(this.#text)?.[1] ?? '';
    const reason = 'the call was cut off';
    throw new VoiceAgentError(
      'tool-failed',
      `The language model did not come to the end of its call of "${tool}". Give it more room with options.reply.maxTokens.`,
      { details: { tool, reason } },
    );
  }

  #read(): void {
    for (;;) {
      const mark = this.#isInCall ? CALL_END : CALL_MARK;
      const at = this.#text.indexOf(mark);
      if (at < 0) break;
      if (this.#isInCall) this.#tell(this.#text.slice(0, at));
      else this.#say(at);
      this.#text = this.#text.slice(this.#isInCall ? at + mark.length : mark.length);
      this.#isInCall = !this.#isInCall;
    }
    if (!this.#isInCall) this.#say(this.#text.length - beginningAtEnd(this.#text, CALL_MARK));
  }

  /** Between two calls and behind the last there is nothing to say. */
  #say(length: number): void {
    const content = this.#text.slice(0, length);
    this.#text = this.#text.slice(length);
    if (content !== '' && this.#calls.size === 0) this.#pass({ content });
  }

  /**
   * A small model likes to say the same again: that is no other call.
   * @param call without its mark and the end of it.
   */
  #tell(call: string): void {
    if (this.#calls.has(call)) return;
    const { name } = JSON.parse(`${call}}`) as { name: string };
    const json = call.slice(toCallHead(name).length);
    const index = this.#calls.size;
    this.#calls.add(call);
    this.#pass({ tool_calls: [{ index, id: '', function: { name, arguments: json } }] });
  }

  #pass(delta: object): void {
    this.#onChunk({ choices: [{ index: 0, delta }] });
  }
}

const toEnd = (reason: string | null): object => ({ index: 0, delta: {}, finish_reason: reason });

/** How much of `mark` the text ends with, short of all of it. */
function beginningAtEnd(text: string, mark: string): number {
  let length = Math.min(text.length, mark.length - 1);
  while (!text.endsWith(mark.slice(0, length))) length -= 1;
  return length;
}
