// What a runtime without tools is asked, with one that is played.
import { expect, test } from 'vitest';
import { toGrammarText } from '../../../../workers/runtimes/tool-calls/grammar.ts';
import { withToolCalls } from '../../../../workers/runtimes/tool-calls/with-tool-calls.ts';
import type {
  LlamaChunk,
  LlamaRequest,
  LlamaRuntime,
} from '../../../../workers/runtimes/llama-runtime.ts';

const { signal } = new AbortController();
const TOOL = {
  type: 'function',
  function: {
    name: 'look',
    description: 'Looks.',
    parameters: { type: 'object', properties: { at: { type: 'string', enum: ['a "b"', 'c'] } } },
  },
} as const;
const tools = [TOOL] as unknown as NonNullable<LlamaRequest['tools']>;
const HI = { role: 'user', content: 'Hi' } as const;

/** Answers with one text, and remembers what it was asked. */
function play(text = 'Yes.') {
  const requests: LlamaRequest[] = [];
  const runtime: LlamaRuntime = {
    modelId: 'played',
    threads: 2,
    canPrefill: false,
    complete: async (request, { onChunk }) => {
      requests.push(request);
      onChunk({ choices: [{ delta: { content: text } }] });
      onChunk({ choices: [{ delta: {}, finish_reason: 'stop' }] });
    },
    dispose: async () => undefined,
  };
  const tooled = withToolCalls(runtime);
  const chunks: LlamaChunk[] = [];
  const ask = (request: LlamaRequest): Promise<void> =>
    tooled.complete(request, { signal, onChunk: (chunk) => void chunks.push(chunk) });
  return { tooled, requests, chunks, ask };
}

test('without tools nothing is changed', async () => {
  const { tooled, requests, ask } = play();
  expect(tooled).toMatchObject({ modelId: 'played', threads: 2, canPrefill: false });
  expect(tooled.name).toBeUndefined();
  await ask({ messages: [HI], max_tokens: 3 });
  expect(requests).toEqual([{ messages: [HI], max_tokens: 3 }]);
});

test('tools are described behind the instructions, and the answer has a grammar', async () => {
  const { requests, ask } = play();
  const system = { role: 'system', content: 'Be brief.' } as const;
  await ask({ messages: [system, HI], tools, max_tokens: 3 });
  const [first] = requests;
  expect(first).not.toHaveProperty('tools');
  expect(first!.messages[0]!.content).toMatch(/^Be brief\.\n\nYou can call/u);
  expect(first!.messages[0]!.content).toContain(`<tools>\n${JSON.stringify(TOOL)}\n</tools>`);
  expect(first!.messages[1]).toEqual(HI);
  const grammar = toGrammarText(first!.answer!);
  const call = String.raw`"<tool_call>\n{\"name\": \"look\", \"arguments\": " `;
  const members = String.raw`("{" ((("\"at\": " ("\"a \\\"b\\\"\"" | "\"c\""))) | "") "}")`;
  expect(grammar).toContain(call + members);
  await ask({ messages: [HI], tools, tool_choice: 'required' });
  expect(requests[1]).not.toHaveProperty('tool_choice');
  expect(requests[1]!.messages.map(({ role }) => role)).toEqual(['system', 'user']);
  expect(toGrammarText(requests[1]!.answer!)).toMatch(/^root ::= \(+"<tool_call>/u);
});

test('where no call may be made, tools are described all the same, and words alone can be written', async () => {
  const { requests, ask } = play();
  await ask({ messages: [HI], tools, tool_choice: 'none' });
  await ask({ messages: [HI], tools });
  expect(requests[0]!.messages).toEqual(requests[1]!.messages);
  expect(toGrammarText(requests[0]!.answer!)).not.toContain('name');
  expect(toGrammarText(requests[1]!.answer!)).toContain('name');
});

test('calls and results of the history are text, and roles go on alternating', async () => {
  const { requests, ask } = play();
  const toWire = (id: string, json: string) => ({
    ...{ id, type: 'function' as const },
    function: { name: 'look', arguments: json },
  });
  await ask({
    messages: [
      HI,
      { role: 'assistant', content: 'Let me see.', tool_calls: [toWire('1', '{"at": "c"}')] },
      { role: 'tool', content: '21', tool_call_id: '1' },
      { role: 'assistant', content: null, tool_calls: [toWire('2', '{}'), toWire('3', '{}')] },
      { role: 'tool', content: '22', tool_call_id: '2' },
      { role: 'tool', content: '23', tool_call_id: '3' },
      { role: 'user', content: 'And?' },
    ],
  });
  const call = '<tool_call>\n{"name": "look", "arguments": {}}\n</tool_call>';
  expect(requests[0]!.messages).toEqual([
    HI,
    {
      role: 'assistant',
      content: 'Let me see.\n<tool_call>\n{"name": "look", "arguments": {"at": "c"}}\n</tool_call>',
    },
    { role: 'user', content: '<tool_response>\n21\n</tool_response>' },
    { role: 'assistant', content: `${call}\n${call}` },
    {
      role: 'user',
      content: '<tool_response>\n22\n</tool_response>\n<tool_response>\n23\n</tool_response>\nAnd?',
    },
  ]);
  // No tools are left: words alone may be written.
  expect(toGrammarText(requests[0]!.answer!)).not.toContain('name');
});

test('a call becomes a chunk of its own; one that is cut off rejects', async () => {
  const whole = play('Well. <tool_call>\n{"name": "look", "arguments": {"at": "c"}}\n</tool_call>');
  await whole.ask({ messages: [HI], tools });
  expect(whole.chunks.map(({ choices: [choice] }) => choice)).toMatchObject([
    { delta: { content: 'Well. ' } },
    { delta: { tool_calls: [{ function: { name: 'look', arguments: '{"at": "c"}' } }] } },
    { finish_reason: 'stop' },
  ]);
  const cut = play('<tool_call>\n{"name": "look", "argum');
  const details = { tool: 'look' };
  await expect(cut.ask({ messages: [HI], tools })).rejects.toMatchObject({
    ...{ code: 'tool-failed', details },
  });
});

test('a schema that cannot be followed rejects before anything is computed', async () => {
  const { requests, ask } = play();
  const odd = [{ ...TOOL, function: { name: 'odd', parameters: { type: 'object', not: {} } } }];
  const asked = ask({ messages: [HI], tools: odd as unknown as typeof tools });
  await expect(asked).rejects.toMatchObject({
    code: 'invalid-data',
    message: expect.stringContaining('"/not" of the parameters of "odd"') as string,
  });
  expect(requests).toEqual([]);
});

test('whether words are a whole sentence is asked of the very prompt that an answer begins with', async () => {
  const { requests, tooled, ask } = play();
  expect(tooled).not.toHaveProperty('predictEnd');
  const judged: LlamaRequest['messages'][] = [];
  const telling = withToolCalls({
    ...tooled,
    predictEnd: async ({ messages }) => judged.push(messages) && 0.4,
  });
  for (const request of [{ messages: [HI] }, { messages: [HI], tools }]) {
    expect(await telling.predictEnd?.(request, signal)).toBe(0.4);
    await ask(request);
  }
  expect(judged).toEqual(requests.map(({ messages }) => messages));
});
