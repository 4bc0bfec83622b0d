// The OpenAI chat completion format, in and out: lenient in what it reads. Pure, portable.
import type { LlmMessage, LlmRequest, LlmTool } from '../core/contracts/language-model.ts';

/** Fields a server may not know; a refused one is left out from then on. */
export const OPTIONAL_FIELDS = [
  'stream_options',
  'seed',
  'temperature',
  'max_tokens',
  'tool_choice',
] as const;
export type OptionalField = (typeof OPTIONAL_FIELDS)[number];

export interface ToolCallFragment {
  readonly index: number | null;
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
}

/** What one event says. A chunk without any of it (a role, an empty delta) is no sign of progress. */
export interface ChatChunk {
  readonly text: string;
  /** Whether the model thinks aloud in a field of its own; the thoughts are not kept. */
  readonly isReasoning: boolean;
  readonly toolCalls: readonly ToolCallFragment[];
  readonly finishReason: string | null;
  readonly usage: {
    readonly promptTokens: number | null;
    readonly completionTokens: number | null;
  } | null;
  readonly failure: { readonly status: number | null; readonly reason: string } | null;
}

/** The body of a request, as JSON text. */
export function toRequestJson(
  request: LlmRequest,
  options: { model: string; refused: ReadonlySet<OptionalField> },
): string {
  const { refused } = options;
  const maxTokensField = refused.has('max_tokens') ? 'max_completion_tokens' : 'max_tokens';
  const { tools = [], toolChoice } = request;
  const hasChoice = toolChoice !== undefined && !refused.has('tool_choice');
  return JSON.stringify({
    model: options.model,
    messages: request.messages.map(toWireMessage),
    stream: true,
    ...(refused.has('stream_options') ? {} : { stream_options: { include_usage: true } }),
    ...(refused.has('temperature') ? {} : { temperature: request.temperature }),
    ...(refused.has('seed') ? {} : { seed: request.seed }),
    [maxTokensField]: request.maxTokens,
    ...(tools.length === 0 ? {} : { tools: tools.map(toWireTool) }),
    ...(hasChoice ? { tool_choice: toolChoice } : {}),
  });
}

/** A message in the wire format, shared by every server and library that speaks it. */
export function toWireMessage(message: LlmMessage): Readonly<Record<string, unknown>> {
  const { role, content } = message;
  if (role === 'tool') return { role, content, tool_call_id: message.toolCallId ?? '' };
  const calls = message.toolCalls ?? [];
  if (calls.length === 0) return { role, content };
  return {
    role,
    content: content === '' ? null : content,
    tool_calls: calls.map(({ id, name, argumentsJson }) => ({
      id,
      type: 'function',
      function: { name, arguments: argumentsJson },
    })),
  };
}

export function toWireTool({
  name,
  description,
  parameters,
}: LlmTool): Readonly<Record<string, unknown>> {
  return { type: 'function', function: { name, description, parameters } };
}

/** Reads a streamed chunk or a whole completion. Throws a `SyntaxError` for half a JSON text. */
export function parseChunk(json: string): ChatChunk {
  return toChunk(JSON.parse(json));
}

/** The same for what is parsed already. */
export function toChunk(value: unknown): ChatChunk {
  const body = toRecord(value);
  const choice = toRecord(toArray(body['choices'])[0]);
  const delta = toRecord(choice['delta'] ?? choice['message']);
  return {
    text: toText(delta['content']),
    isReasoning: toText(delta['reasoning_content'] ?? delta['reasoning']) !== '',
    toolCalls: toArray(delta['tool_calls']).map(toFragment),
    finishReason: toText(choice['finish_reason']) || null,
    usage: toUsage(body['usage']),
    failure:
      body['error'] === undefined || body['error'] === null ? null : toFailure(body['error']),
  };
}

/** What a server says went wrong, whichever of the usual shapes it takes. */
export function toFailure(error: unknown): NonNullable<ChatChunk['failure']> {
  const record = toRecord(error);
  const status = toCount(record['code'] ?? record['status']);
  const reason = toText(record['message']) || toText(error) || 'the server reported an error';
  return { status: status !== null && status >= 400 && status < 600 ? status : null, reason };
}

/** What the body of an error says, as text; of an unknown shape all of it. */
export function reasonOf(body: string): string {
  try {
    const parsed = toRecord(JSON.parse(body));
    const stated = parsed['error'] ?? parsed['message'] ?? parsed['detail'];
    return stated === undefined || stated === null ? body : toFailure(stated).reason;
  } catch {
    return body;
  }
}

function toFragment(value: unknown): ToolCallFragment {
  const call = toRecord(value);
  const fn = toRecord(call['function']);
  const given = fn['arguments'];
  return {
    index: toCount(call['index']),
    id: toText(call['id']),
    name: toText(fn['name']),
    arguments: typeof given === 'object' && given !== null ? JSON.stringify(given) : toText(given),
  };
}

function toUsage(value: unknown): ChatChunk['usage'] {
  if (typeof value !== 'object' || value === null) return null;
  const usage = toRecord(value);
  const prompt = toCount(usage['prompt_tokens']);
  const cached = toCount(toRecord(usage['prompt_tokens_details'])['cached_tokens']) ?? 0;
  return {
    promptTokens: prompt === null ? null : Math.max(0, prompt - cached),
    completionTokens: toCount(usage['completion_tokens']),
  };
}

function toRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

const toArray = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Also the list of parts that some servers send in place of a string. */
function toText(value: unknown): string {
  if (Array.isArray(value)) return value.map((part) => toText(toRecord(part)['text'])).join('');
  return typeof value === 'string' ? value : '';
}

function toCount(value: unknown): number | null {
  const count = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof count === 'number' && Number.isFinite(count) ? count : null;
}
