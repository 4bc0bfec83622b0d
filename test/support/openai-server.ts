// An OpenAI-compatible server for tests, whose faults are chosen by the name of the model. Node.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LlmMessage, LlmRequest, LlmTool } from '../../src/core/contracts/language-model.ts';
import { createScriptedLlm } from '../../src/testing/scripted-llm.ts';
import type { ScriptedReply } from '../../src/testing/scripted-llm.ts';
import { openLocalEndpoint, readBody } from './local-endpoint.ts';
import type { LocalEndpoint } from './local-endpoint.ts';

export interface RecordedRequest {
  readonly headers: IncomingMessage['headers'];
  readonly body: Readonly<Record<string, unknown>>;
}

export interface OpenAiServer extends LocalEndpoint {
  /** Completion requests in order of arrival. */
  readonly requests: readonly RecordedRequest[];
}

interface Exchange {
  readonly response: ServerResponse;
  readonly body: Readonly<Record<string, unknown>>;
  /** How many requests this model has had, this one included. */
  readonly count: number;
}

type Scenario = (exchange: Exchange) => void | Promise<void>;

const chunk = (delta: object, finish: string | null = null): string =>
  JSON.stringify({
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
const event = (data: string): string => `data: ${data}\n\n`;
const text = (content: string): string => event(chunk({ content }));
const STOP = event(chunk({}, 'stop'));
const DONE = event('[DONE]');
const USAGE = event(
  JSON.stringify({
    choices: [],
    usage: { prompt_tokens: 12, completion_tokens: 2, prompt_tokens_details: { cached_tokens: 9 } },
  }),
);
const toolDelta = (index: number, call: object): string =>
  event(chunk({ tool_calls: [{ index, ...call }] }));

function stream(response: ServerResponse, ...parts: readonly (string | Uint8Array)[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const part of parts) response.write(part);
}

const whole =
  (...parts: readonly string[]): Scenario =>
  ({ response }) => {
    stream(response, ...parts);
    response.end();
  };

const status =
  (code: number, body: string, headers: Record<string, string> = {}): Scenario =>
  ({ response }) => {
    response.writeHead(code, { 'content-type': 'application/json', ...headers });
    response.end(body);
  };

/** Fails as `scenario` does for the first requests, then answers. */
const failing =
  (times: number, scenario: Scenario): Scenario =>
  (exchange) =>
    (exchange.count <= times ? scenario : SCENARIOS['normal']!)(exchange);

const errorJson = (message: string): string => JSON.stringify({ error: { message } });

/** What a server under load says. */
const BUSY = status(429, errorJson('Too many requests'), { 'retry-after': '2' });

const destroyAfter =
  (...parts: readonly string[]): Scenario =>
  ({ response }) => {
    stream(response, ...parts);
    setImmediate(() => response.socket?.destroy());
  };

/** By the name of the model. Those that stall never end; `close` ends them. */
const SCENARIOS: Readonly<Record<string, Scenario>> = {
  normal: whole(
    event(chunk({ role: 'assistant', content: '' })),
    text('Hello'),
    text(' there.'),
    STOP,
    USAGE,
    DONE,
  ),
  crlf: whole(
    ...[text('Hello'), text(' there.'), STOP, DONE].map((part) => part.replaceAll('\n', '\r\n')),
  ),
  bom: whole('\ufeff', text('Hello there.'), STOP, DONE),
  comments: whole(
    ': keep-alive\n\n',
    text('Hello'),
    ': keep-alive\n\n',
    text(' there.'),
    STOP,
    DONE,
  ),
  'split-utf8': async ({ response }) => {
    const bytes = new TextEncoder().encode(text('Grüße 👋 東京') + STOP + DONE);
    stream(response);
    for (const byte of bytes) {
      response.write(Uint8Array.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    response.end();
  },
  'no-done': whole(text('Hello there.'), STOP),
  'no-blank-line': whole(text('Hello there.'), `data: ${chunk({}, 'stop')}`),
  'done-without-finish': whole(text('Hello there.'), DONE),
  reasoning: whole(
    event(chunk({ reasoning_content: 'Hm.', content: null })),
    text('Hello there.'),
    STOP,
    DONE,
  ),
  'content-parts': whole(
    event(chunk({ content: [{ type: 'text', text: 'Hello there.' }] })),
    STOP,
    DONE,
  ),
  length: whole(text('Hello'), event(chunk({}, 'length')), DONE),
  filtered: whole(text('Hello'), event(chunk({}, 'content_filter')), DONE),
  json: status(
    200,
    JSON.stringify({
      choices: [{ message: { role: 'assistant', content: 'Hello there.' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 5, completion_tokens: 2 },
    }),
  ),
  'half-json': whole(text('Hello'), 'data: {"choices":[{"delta":{"con\n\n'),
  'half-json-at-end': whole(text('Hello'), 'data: {"choices":[{"delta":{"con'),
  'clean-end': whole(text('Hello')),
  'empty-body': whole(),
  'error-frame': whole(text('Hello'), event(errorJson('The model crashed'))),
  'error-frame-first': failing(
    1,
    whole(event(JSON.stringify({ error: { message: 'overloaded', code: 503 } }))),
  ),
  'error-event': whole('event: error\ndata: {"message":"upstream gone"}\n\n'),
  reset: destroyAfter(text('Hello')),
  'reset-first': failing(1, ({ response }) => {
    response.socket?.destroy();
  }),
  'reset-after-finish': destroyAfter(text('Hello there.'), STOP),
  'open-after-finish': ({ response }) => stream(response, text('Hello there.'), STOP),
  'stall-first': ({ response }) =>
    stream(response, event(chunk({ role: 'assistant' })), ': wait\n\n'),
  'stall-later': ({ response }) => stream(response, text('Hello')),
  'stall-headers': () => undefined,
  unauthorized: ({ response, body }) => {
    const key = String(body['key_header']);
    response.writeHead(401, { 'content-type': 'application/json' });
    response.end(errorJson(`Incorrect API key provided: ${key}. Get one.`));
  },
  /** Takes the second token that a page hands out, not the first. */
  expired: (exchange) =>
    (exchange.body['key_header'] === 'Bearer token-2'
      ? SCENARIOS['normal']!
      : status(401, errorJson('Token expired')))(exchange),
  forbidden: status(403, errorJson('Not yours')),
  missing: status(404, errorJson('No such model')),
  'busy-once': failing(1, BUSY),
  busy: BUSY,
  'broken-once': failing(1, status(500, 'oops')),
  broken: status(500, errorJson('oops')),
  bad: status(400, errorJson('messages must not be empty')),
  'html-ok': ({ response }) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    response.end('<!doctype html><title>Welcome</title>');
  },
  'html-error': ({ response }) => {
    response.writeHead(502, { 'content-type': 'text/html' });
    response.end('<html><h1>Bad gateway</h1></html>');
  },
  strict: (exchange) => {
    const refused = ['stream_options', 'seed', 'max_tokens'].find(
      (field) => field in exchange.body,
    );
    const refuse = status(400, errorJson(`Unsupported parameter: '${refused}'.`));
    return (refused === undefined ? SCENARIOS['normal']! : refuse)(exchange);
  },
  tools: whole(
    text('One moment.'),
    toolDelta(0, { id: 'a', type: 'function', function: { name: 'look_up', arguments: '' } }),
    toolDelta(0, { function: { arguments: '{"city":' } }),
    toolDelta(1, { id: 'b', function: { name: 'now', arguments: '' } }),
    toolDelta(0, { function: { arguments: '"Paris"}' } }),
    event(chunk({}, 'tool_calls')),
    DONE,
  ),
  'tools-same-index': whole(
    toolDelta(0, { id: 'a', function: { name: 'look_up', arguments: '{"city":"Rome"}' } }),
    toolDelta(0, { id: 'b', function: { name: 'look_up', arguments: { city: 'Oslo' } } }),
    STOP,
    DONE,
  ),
  'tools-cut': whole(
    text('One moment.'),
    toolDelta(0, { id: 'a', function: { name: 'look_up', arguments: '{"city":"Par' } }),
    event(chunk({}, 'length')),
    DONE,
  ),
  'tools-reset': destroyAfter(
    toolDelta(0, { id: 'a', function: { name: 'look_up', arguments: '{"city":"Paris"}' } }),
  ),
};

/** Listens on a free port of this machine. The model `script` plays the replies given. */
export async function startOpenAiServer(
  replies: readonly ScriptedReply[] = [],
): Promise<OpenAiServer> {
  const requests: RecordedRequest[] = [];
  const counts = new Map<string, number>();
  const script = createScriptedLlm({ replies });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = JSON.parse((await readBody(request)).toString('utf8')) as Record<string, unknown>;
    requests.push({ headers: request.headers, body });
    const model = String(body['model']);
    const count = (counts.get(model) ?? 0) + 1;
    counts.set(model, count);
    const shown = { ...body, key_header: request.headers.authorization };
    if (model === 'script') await play(script, response, body);
    else await (SCENARIOS[model] ?? SCENARIOS['missing']!)({ response, body: shown, count });
  }

  return Object.assign(await openLocalEndpoint(handle), { requests });
}

/** Streams what the scripted model says to the wire request. */
async function play(
  script: ReturnType<typeof createScriptedLlm>,
  response: ServerResponse,
  body: Readonly<Record<string, unknown>>,
): Promise<void> {
  const controller = new AbortController();
  response.on('close', () => controller.abort());
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const request = toRequest(body, controller.signal);
  const total = request.messages.reduce(
    (sum, { content }) => sum + content.split(/\s+/u).length + 1,
    1,
  );
  for await (const part of script.generate(request)) {
    if (part.type === 'text-delta') response.write(text(part.text));
    else if (part.type === 'tool-call') {
      const { id, name, argumentsJson } = part.call;
      response.write(toolDelta(0, { id, function: { name, arguments: argumentsJson } }));
    } else {
      const cached = total - (part.promptTokens ?? total);
      const usage = {
        prompt_tokens: total,
        completion_tokens: part.completionTokens,
        prompt_tokens_details: { cached_tokens: cached },
      };
      response.write(event(chunk({}, part.reason.replace('-', '_'))));
      response.write(event(JSON.stringify({ choices: [], usage })));
    }
  }
  response.end(DONE);
}

type WireMessage = Omit<LlmMessage, 'content'> & { readonly content: string | null };

function toRequest(body: Readonly<Record<string, unknown>>, signal: AbortSignal): LlmRequest {
  const tools = (body['tools'] ?? []) as { function: LlmTool }[];
  return {
    messages: (body['messages'] as WireMessage[]).map((message) => ({
      ...message,
      content: message.content ?? '',
    })),
    tools: tools.map((tool) => tool.function),
    ...(body['tool_choice'] === 'none' ? { toolChoice: 'none' } : {}),
    maxTokens: Number(body['max_tokens']),
    temperature: Number(body['temperature']),
    seed: Number(body['seed']),
    signal,
  };
}
