// Lets a runtime that knows nothing of tools call them. Worker or page.
import type { LlamaCall, LlamaRequest, LlamaRuntime } from '../llama-runtime.ts';
import { toAnswerGrammar, toPlainMessages } from './call-form.ts';
import { ToolCallReader } from './tool-call-reader.ts';

type Prompt = Pick<LlamaRequest, 'messages' | 'tools'>;

/**
 * The runtime gets messages without tools, and a grammar for its answer; the calls in that become chunks of their own.
 * Requests reject as the runtime's do, with `invalid-data` for a schema that no grammar can be made of, and with
 * `tool-failed` for a call that was cut off.
 */
export function withToolCalls(runtime: LlamaRuntime): LlamaRuntime {
  const { modelId, name, backend, threads, canPrefill } = runtime;
  return {
    ...{ modelId, threads },
    ...(name === undefined ? {} : { name }),
    ...(backend === undefined ? {} : { backend }),
    ...(canPrefill === undefined ? {} : { canPrefill }),
    complete: (request, call) => complete(runtime, request, call),
    ...(runtime.predictEnd === undefined
      ? {}
      : { predictEnd: async (request, signal) => predictEnd(runtime, request, signal) }),
    dispose: () => runtime.dispose(),
  };
}

async function complete(
  runtime: LlamaRuntime,
  { messages, tools = [], tool_choice: choice, ...rest }: LlamaRequest,
  call: LlamaCall,
): Promise<void> {
  if (isPlain({ messages, tools })) return runtime.complete({ ...rest, messages }, call);
  const reader = new ToolCallReader(call.onChunk);
  await runtime.complete(
    {
      ...rest,
      messages: toPlainMessages(messages, tools),
      answer: toAnswerGrammar(choice === 'none' ? [] : tools, { mustCall: choice === 'required' }),
    },
    { ...call, onChunk: (chunk) => reader.add(chunk) },
  );
  reader.assertWhole();
}

async function predictEnd(
  runtime: LlamaRuntime,
  request: Prompt,
  signal: AbortSignal,
): Promise<number | null> {
  const { messages, tools = [] } = request;
  const plain = isPlain(request) ? messages : toPlainMessages(messages, tools);
  return (await runtime.predictEnd?.({ messages: plain }, signal)) ?? null;
}

/** Calls in the history are an example: without tools, too, none may be written then. */
function isPlain({ messages, tools = [] }: Prompt): boolean {
  return tools.length === 0 && messages.every(({ role }) => role !== 'tool');
}
