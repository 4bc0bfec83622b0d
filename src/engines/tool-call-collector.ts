// Puts tool calls together from the fragments of a stream. Pure, portable.
import type { LlmToolCall } from '../core/contracts/language-model.ts';
import type { ToolCallFragment } from './openai-wire.ts';

interface OpenCall {
  readonly index: number;
  id: string;
  name: string;
  argumentsJson: string;
}

/** Calls of one answer, and characters of their arguments, that are believed. */
const MAX_CALLS = 64;
const MAX_ARGUMENT_CHARACTERS = 262_144;

/** Throws a plain `Error` saying what is wrong; nothing is handed out before all of it is right. */
export class ToolCallCollector {
  readonly #calls: OpenCall[] = [];

  get isEmpty(): boolean {
    return this.#calls.length === 0;
  }

  /** Servers differ: without an index, an id starts a call; a new id at a known index does too. */
  add(fragment: ToolCallFragment): void {
    const call = this.#find(fragment) ?? this.#open(fragment);
    if (call.id === '') call.id = fragment.id;
    if (call.name === '') call.name = fragment.name;
    call.argumentsJson += fragment.arguments;
    if (call.argumentsJson.length > MAX_ARGUMENT_CHARACTERS) {
      throw new Error(`the arguments of tool call "${call.name}" are too long`);
    }
  }

  /**
   * All calls, each with a name, an id and arguments that are a JSON object. Without any arguments a
   * call means `{}`, unless the answer was cut off.
   */
  complete({ isCut }: { isCut: boolean }): LlmToolCall[] {
    return this.#calls.map(({ id, name, argumentsJson, index }) => {
      if (name === '') throw new Error('a tool call has no name');
      const json = argumentsJson.trim() === '' && !isCut ? '{}' : argumentsJson;
      if (!isJsonObject(json)) throw new Error(`the arguments of tool call "${name}" are cut off`);
      return { id: id === '' ? `call_${index}` : id, name, argumentsJson: json };
    });
  }

  #find({ index, id }: ToolCallFragment): OpenCall | undefined {
    const known =
      index === null ? this.#calls.at(-1) : this.#calls.findLast((call) => call.index === index);
    const isOther = known !== undefined && id !== '' && known.id !== '' && known.id !== id;
    return isOther ? this.#calls.find((call) => call.id === id) : known;
  }

  #open({ index }: ToolCallFragment): OpenCall {
    if (this.#calls.length >= MAX_CALLS) throw new Error(`more than ${MAX_CALLS} tool calls`);
    const call = { index: index ?? this.#calls.length, id: '', name: '', argumentsJson: '' };
    this.#calls.push(call);
    return call;
  }
}

function isJsonObject(json: string): boolean {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
