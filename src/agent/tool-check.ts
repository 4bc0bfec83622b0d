// Looks at a tool call before it is made: is there such a tool, and do the arguments fit. Pure, portable.
import { Validator } from '@cfworker/json-schema';
import type { LlmTool, LlmToolCall } from '../core/contracts/language-model.ts';
import { messageOf } from '../core/errors.ts';

/** Null when the call may be made; else what is wrong with it, in words for the model. */
export function findToolFault(call: LlmToolCall, tools: readonly LlmTool[]): string | null {
  const tool = tools.find(({ name }) => name === call.name);
  if (tool === undefined) {
    const names = tools.map(({ name }) => name).join(', ');
    return `There is no tool "${call.name}". There are: ${names}.`;
  }
  try {
    const value: unknown = JSON.parse(call.argumentsJson);
    const misfit = findMisfit(value, tool.parameters);
    return misfit === null
      ? null
      : `The arguments do not fit the schema of "${call.name}": ${misfit}`;
  } catch (error) {
    return `The arguments of "${call.name}" cannot be checked: ${messageOf(error)}`;
  }
}

/** Throws for a schema that cannot be followed. */
function findMisfit(value: unknown, schema: LlmTool['parameters']): string | null {
  const { valid, errors } = new Validator(schema, '2020-12').validate(value);
  // Outermost first: the last one says which value it is.
  const innermost = errors.at(-1);
  if (valid) return null;
  return innermost === undefined
    ? 'they are not valid.'
    : `${innermost.instanceLocation}: ${innermost.error}`;
}
