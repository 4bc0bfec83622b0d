// Functions of the page, called from the turn worker's service over a real port, for a real server's model.
import { expose, proxy, wrap } from 'comlink';
import { afterAll, expect, test } from 'vitest';
import type { VoiceAgentEvent } from '../../../src/agent/events.ts';
import { resolveOptions } from '../../../src/agent/resolve-options.ts';
import { PageTools } from '../../../src/agent/page-tools.ts';
import type { TurnPage, TurnService } from '../../../src/agent/turn-service.ts';
import { createDeferred } from '../../../src/core/deferred.ts';
import { installTransferHandlers } from '../../../src/rpc/transfer-handlers.ts';
import { FakeVad } from '../../../src/testing/fake-vad.ts';
import { TurnServiceHost } from '../../../workers/services/turn-service.ts';
import { startOpenAiServer } from '../../support/openai-server.ts';

const server = await startOpenAiServer([
  {
    when: ({ messages }) => messages.at(-1)?.role === 'tool',
    say: (result) => `It is ${result}.`,
  },
  { call: { name: 'clock', arguments: { zone: 'CET' } } },
]);
const ports: MessagePort[] = [];
afterAll(async () => {
  for (const port of ports) port.close();
  await server.close();
});

interface Tool {
  readonly isAbortable: boolean;
  readonly execute: (value: unknown, options: { signal: AbortSignal }) => Promise<unknown>;
}

/** A page and a turn worker with a channel between them, joined as the browser joins them. */
async function createRig(tool: Tool) {
  installTransferHandlers();
  const clock = {
    name: 'clock',
    description: 'The time.',
    parameters: { type: 'object' },
    ...tool,
  };
  const tools = new PageTools(() => [clock]);
  const llm = { kind: 'openai', baseUrl: server.baseUrl, model: 'script' } as const;
  const { port1, port2 } = new MessageChannel();
  ports.push(port1, port2);
  const options = resolveOptions({ engines: { llm }, tools: [clock] });
  expose(
    new TurnServiceHost(options, {
      loadVad: async () => ({ vad: new FakeVad(), error: null }),
      loadSpotter: async () => null,
    }),
    port1,
  );
  const events: VoiceAgentEvent[] = [];
  const seen = createDeferred<VoiceAgentEvent>();
  const turn = wrap<TurnService>(port2);
  const page: TurnPage = {
    handleEvent: (event) => {
      events.push(event);
      if (event.type === 'reply-end' || event.type === 'error') seen.resolve(event);
    },
    handleState: () => undefined,
    getToken: async () => null,
    prompt: async () => undefined,
    cancelPrompt: () => undefined,
    callTool: (...call) => tools.call(...call),
    cancelTool: (callId) => tools.cancel(callId),
  };
  await turn.attachPage(proxy(page));
  return { turn, events, seen: seen.promise };
}

test('a result comes back from the page, and the answer with it', async () => {
  const asked: unknown[] = [];
  const execute = async (value: unknown): Promise<string> => {
    asked.push(value);
    return 'noon';
  };
  const { turn, events, seen } = await createRig({ isAbortable: false, execute });
  await turn.sendText('What time is it?');
  expect(await seen).toMatchObject({ type: 'reply-end', generatedText: 'It is "noon".' });
  expect(asked).toEqual([{ zone: 'CET' }]);
  const told = events.filter(({ type }) => type.startsWith('tool-'));
  expect(told.map(({ type, turnId }) => [type, turnId])).toEqual([
    ['tool-start', 'k1'],
    ['tool-end', 'k1'],
  ]);
});

test("an interruption fires an abortable function's signal on the page", async () => {
  const aborted = createDeferred();
  const started = createDeferred();
  const execute = (_: unknown, { signal }: { signal: AbortSignal }): Promise<never> => {
    signal.addEventListener('abort', () => aborted.resolve(), { once: true });
    started.resolve();
    return new Promise(() => undefined);
  };
  const { turn } = await createRig({ isAbortable: true, execute });
  await turn.sendText('What time is it?');
  await started.promise;
  await turn.interrupt();
  await expect(aborted.promise).resolves.toBeUndefined();
});
