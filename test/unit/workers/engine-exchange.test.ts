// An engine in the place of another one, over real ports: it waits for the answer in progress.
import { expose, proxy, transfer, wrap } from 'comlink';
import { afterAll, expect, test } from 'vitest';
import type { VoiceAgentEvent } from '../../../src/agent/events.ts';
import { resolveOptions } from '../../../src/agent/resolve-options.ts';
import type { TurnPage, TurnService } from '../../../src/agent/turn-service.ts';
import type { EngineInfo } from '../../../src/core/contracts/engine.ts';
import type { LlmEngine, LlmMessage } from '../../../src/core/contracts/language-model.ts';
import { createDeferred } from '../../../src/core/deferred.ts';
import { installTransferHandlers } from '../../../src/rpc/transfer-handlers.ts';
import { FakeVad } from '../../../src/testing/fake-vad.ts';
import { LlmServiceHost } from '../../../src/engines/llm-host.ts';
import { TurnServiceHost } from '../../../workers/services/turn-service.ts';

installTransferHandlers();
const ports: MessagePort[] = [];
afterAll(() => {
  for (const port of ports) port.close();
});

function openChannel(service: object): MessagePort {
  const { port1, port2 } = new MessageChannel();
  ports.push(port1, port2);
  expose(service, port1);
  return port2;
}

/** Says its name, and the rest of its answer when it is let. */
class GatedLlm implements LlmEngine {
  readonly info: EngineInfo;
  readonly gate = createDeferred();
  readonly prompts: (readonly LlmMessage[])[] = [];

  constructor(name: string) {
    this.info = { name, stage: 'llm', modelIds: [name], backend: 'js', threads: 1 };
  }

  async *generate({ messages }: Parameters<LlmEngine['generate']>[0]) {
    this.prompts.push(messages);
    yield { type: 'text-delta', text: `${this.info.name} begins` } as const;
    await this.gate.promise;
    yield { type: 'text-delta', text: ' and ends.' } as const;
    const tokens = { promptTokens: null, completionTokens: null };
    yield { type: 'finish', reason: 'stop', ...tokens } as const;
  }

  async dispose(): Promise<void> {
    this.gate.resolve();
  }
}

async function createRig() {
  const turn = wrap<TurnService>(
    openChannel(
      new TurnServiceHost(resolveOptions({}), {
        loadVad: async () => ({ vad: new FakeVad(), error: null }),
        loadSpotter: async () => null,
      }),
    ),
  );
  const events: VoiceAgentEvent[] = [];
  const page = {
    handleEvent: (event: VoiceAgentEvent) => void events.push(event),
    handleState: () => undefined,
  } as unknown as TurnPage;
  await turn.attachPage(proxy(page));
  const attach = (engine: GatedLlm): Promise<void> => {
    const loaded = { info: engine.info, voices: [], languages: [] };
    const port = openChannel(new LlmServiceHost(engine));
    return turn.attachEngine('llm', loaded, transfer(port, [port]));
  };
  const replies = () =>
    events.flatMap((event) => (event.type === 'reply-end' ? [event.generatedText] : []));
  const engines = () =>
    events.flatMap((event) => (event.type === 'engine-change' ? [event.engine.name] : []));
  const errors = () => events.filter(({ type }) => type === 'error');
  return { turn, attach, replies, engines, errors };
}

test('the answer in progress is finished by the engine that began it, the next has the same history', async () => {
  const { turn, attach, replies, engines, errors } = await createRig();
  const [small, large] = [new GatedLlm('small'), new GatedLlm('large')];
  await attach(small);
  await turn.sendText('First?');
  await expect.poll(() => small.prompts.length).toBe(1);

  let isExchanged = false;
  const exchanged = attach(large).then(() => (isExchanged = true));
  await turn.setAudible(false);
  expect([isExchanged, engines()]).toEqual([false, ['small']]);

  small.gate.resolve();
  await exchanged;
  await expect.poll(engines).toEqual(['small', 'large']);
  expect(replies()).toEqual(['small begins and ends.']);

  large.gate.resolve();
  await turn.sendText('Second?');
  await expect.poll(replies).toEqual(['small begins and ends.', 'large begins and ends.']);
  expect(large.prompts[0]?.slice(1).map(({ content }) => content)).toEqual([
    'First?',
    'small begins and ends.',
    'Second?',
  ]);
  expect(small.prompts).toHaveLength(1);
  expect(errors()).toEqual([]);
});

test('an engine that comes while an endpoint serves is told of once it serves itself', async () => {
  const { turn, attach, engines } = await createRig();
  const llm = { kind: 'openai', baseUrl: 'https://a.io/v1', model: 'm' } as const;
  await turn.setOptions(resolveOptions({ engines: { llm } }));
  await expect.poll(engines).toEqual(['openai']);
  const here = new GatedLlm('here');
  await attach(here);
  await turn.setOptions(resolveOptions({ engines: { llm }, instructions: 'Be brief.' }));
  expect(engines()).toEqual(['openai']);
  await turn.setOptions(resolveOptions({}));
  await expect.poll(engines).toEqual(['openai', 'here']);
  await attach(here);
  await expect.poll(engines).toEqual(['openai', 'here', 'here']);
});
