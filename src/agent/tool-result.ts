// What a tool call comes to, as the language model is told. Pure, portable.
import { messageOf } from '../core/errors.ts';

export interface ToolResult {
  /** JSON text, or the beginning of one with a note that it was cut. */
  readonly content: string;
  readonly isError: boolean;
}

/** A longer result would fill the model's context: about 16,000 tokens. */
export const MAX_RESULT_CHARACTERS = 65_536;

/** What a tool resolved to; a value that is not JSON becomes an error. */
export function toToolResult(value: unknown): ToolResult {
  try {
    // A tool that gives nothing back resolves to undefined, which is not JSON.
    return { content: cut(JSON.stringify(value ?? null)), isError: false };
  } catch (error) {
    return toToolError(`The result is not JSON: ${messageOf(error)}`);
  }
}

/** Why there is no result, in words for the model. */
export function toToolError(reason: string): ToolResult {
  return { content: cut(JSON.stringify({ error: reason })), isError: true };
}

function cut(json: string): string {
  if (json.length <= MAX_RESULT_CHARACTERS) return json;
  // Half of a surrogate pair at the end would not survive the way to the server.
  const start = json.slice(0, MAX_RESULT_CHARACTERS).replace(/[\ud800-\udbff]$/u, '');
  return `${start} [cut here: the whole result has ${json.length} characters]`;
}
