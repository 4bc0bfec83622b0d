// A flow server for tests: it answers by a script, and the flow's name chooses a fault. Node.
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { createScriptedLlm } from '../../src/testing/scripted-llm.ts';
import type { ScriptedReply } from '../../src/testing/scripted-llm.ts';
import { openLocalEndpoint } from './local-endpoint.ts';
import type { LocalEndpoint } from './local-endpoint.ts';

export interface FlowRequest {
  readonly headers: IncomingHttpHeaders;
  readonly flowId: string;
  readonly sessionId: string;
  readonly input: string;
}

export interface FlowServer extends LocalEndpoint {
  /** In order of arrival. */
  readonly requests: readonly FlowRequest[];
}

const ROUTE = /^\/api\/flows\/([^/]+)\/stream\/([^/]+)$/u;
const event = (value: object): string => `data: ${JSON.stringify(value)}\n\n`;

type Scenario = (response: ServerResponse, count: number, answer: () => void) => void;

const status =
  (code: number, headers: Record<string, string> = {}): Scenario =>
  (response) => {
    response.writeHead(code, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify({ error: { message: 'not now' } }));
  };

const once =
  (fault: Scenario): Scenario =>
  (response, count, answer) =>
    count === 1 ? fault(response, count, answer) : answer();

const stream =
  (...parts: readonly string[]): Scenario =>
  (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const part of parts) response.write(part);
  };

const ending =
  (scenario: Scenario): Scenario =>
  (response, ...rest) => {
    scenario(response, ...rest);
    response.end();
  };

const HELLO = event({ type: 'token', content: 'Hello' });

/** By the flow's name; any other answers by the script. */
const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'busy-once': once(status(429, { 'retry-after-ms': '20' })),
  'broken-once': once(status(500)),
  missing: status(404),
  whole: ending(stream(event({ type: 'done', content: 'Hello there.' }))),
  progress: ending(
    stream(event({ type: 'progress', step: 1 }), HELLO, event({ type: 'done', content: 'Hello' })),
  ),
  'error-later': ending(stream(HELLO, event({ type: 'error', message: 'The flow crashed' }))),
  cut: ending(stream(HELLO)),
  'half-json': ending(stream(HELLO, 'data: {"type":"tok\n\n')),
  'stall-later': stream(HELLO),
  'stall-headers': () => undefined,
};

/** Listens on a free port of this machine. */
export async function startFlowServer(replies: readonly ScriptedReply[] = []): Promise<FlowServer> {
  const requests: FlowRequest[] = [];
  const script = createScriptedLlm({ replies });

  async function handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(message.url ?? '', 'http://host');
    const [, flowId = '', sessionId = ''] = ROUTE.exec(url.pathname)?.map(decodeURIComponent) ?? [];
    const input = url.searchParams.get('input') ?? '';
    requests.push({ headers: message.headers, flowId, sessionId, input });
    const controller = new AbortController();
    response.on('close', () => controller.abort());
    const answer = async (): Promise<void> => {
      const messages = [{ role: 'user', content: input }] as const;
      const limits = { maxTokens: 1_000, temperature: 0, seed: 1, signal: controller.signal };
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      let content = '';
      for await (const part of script.generate({ messages, ...limits })) {
        if (part.type !== 'text-delta') continue;
        content += part.text;
        response.write(event({ type: 'token', content: part.text }));
      }
      response.end(event({ type: 'done', content }));
    };
    const count = requests.filter((known) => known.flowId === flowId).length;
    const scenario = SCENARIOS[flowId];
    if (scenario === undefined) await answer();
    else scenario(response, count, () => void answer());
  }

  const endpoint = await openLocalEndpoint(handle);
  return Object.assign(endpoint, { requests, baseUrl: endpoint.origin });
}
