// Which engines a set of options puts behind endpoints, and which of them stay when options change.
import { expect, test } from 'vitest';
import { resolveOptions } from '../../../src/agent/resolve-options.ts';
import type { VoiceAgentOptions } from '../../../src/agent/voice-agent-options.ts';
import { RemoteEngines } from '../../../workers/services/remote-engines.ts';
import { startAudioServer } from '../../support/audio-server.ts';

const at = (model: string) => ({ kind: 'openai', baseUrl: 'https://a.io/v1', model }) as const;

const NO_MODEL = { prompt: () => Promise.resolve(), cancelPrompt: () => undefined };

function createRig() {
  const remote = new RemoteEngines({ ...NO_MODEL, getToken: () => Promise.resolve(null) });
  return (options: VoiceAgentOptions) => remote.apply(resolveOptions(options));
}

test('none by default', () => {
  expect(createRig()({})).toEqual({ stt: null, llm: null, tts: null });
});

test('each stage by its own options', () => {
  const { stt, llm, tts } = createRig()({
    engines: { stt: at('ear'), llm: at('mind'), tts: { ...at('mouth'), voices: ['a', 'b'] } },
    language: 'de',
  });
  expect([stt, llm, tts].map((engine) => engine?.info.modelName)).toEqual(['ear', 'mind', 'mouth']);
  expect([stt, llm, tts].map((engine) => engine?.info.backend)).toEqual(Array(3).fill('remote'));
  expect(stt?.languages).toEqual(['de']);
  expect(tts?.voices.map(({ id, language }) => [id, language])).toEqual([
    ['a', 'de'],
    ['b', 'de'],
  ]);
});

test('a language model of another kind', () => {
  const apply = createRig();
  const flow = { kind: 'flow', baseUrl: 'https://a.io', flowId: 'f', sessionId: 's' } as const;
  expect(apply({ engines: { llm: flow } }).llm?.info.name).toBe('flow');
  const persona = { kind: 'persona', lines: [{ say: 'Hm.' }] } as const;
  expect(apply({ engines: { llm: persona } }).llm?.info.name).toBe('persona');
  expect(apply({ engines: { llm: { kind: 'browser' } } }).llm?.info.name).toBe('browser');
  expect(apply({}).llm).toBeNull();
});

test('an engine stays while its own options do', () => {
  const apply = createRig();
  const engines = { stt: at('ear'), tts: at('mouth') };
  const first = apply({ engines });
  const second = apply({ engines, turn: { minSilenceMs: 800 } });
  expect(second.stt).toBe(first.stt);
  expect(second.tts).toBe(first.tts);
  const third = apply({ engines: { ...engines, tts: at('other') } });
  expect(third.stt).toBe(first.stt);
  expect(third.tts?.info.modelName).toBe('other');
});

test('each stage asks for its own token', async () => {
  const server = await startAudioServer();
  const asked: string[] = [];
  const getToken = (stage: string): Promise<string> => {
    asked.push(stage);
    return Promise.resolve(`token of ${stage}`);
  };
  const remote = new RemoteEngines({ ...NO_MODEL, getToken });
  const tts = { ...at('tone'), baseUrl: server.baseUrl };
  const engines = remote.apply(resolveOptions({ engines: { tts } }));
  const { signal } = new AbortController();
  const request = { text: 'Hello.', voice: null, speed: 1, signal };
  let samples = 0;
  for await (const { pcm } of engines.tts!.synthesize(request)) samples += pcm.length;
  await server.close();
  expect(samples).toBeGreaterThan(0);
  expect(asked).toEqual(['tts']);
  expect(server.requests[0]?.headers.authorization).toBe('Bearer token of tts');
});
