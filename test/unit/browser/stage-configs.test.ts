import { expect, test } from 'vitest';
import { resolveOptions } from '../../../src/agent/resolve-options.ts';
import type { EngineOptions } from '../../../src/agent/options.ts';
import { stageConfigs } from '../../../src/browser/stage-configs.ts';
import type { StageRequest } from '../../../src/browser/stage-configs.ts';
import { createScriptedLlm } from '../../../src/testing/scripted-llm.ts';
import { ScriptedStt } from '../../../src/testing/scripted-stt.ts';

const common = { catalog: { version: 1, models: [] }, threads: 2 } as const;

function configsOf(
  given: EngineOptions,
  scope: 'text' | 'all' = 'all',
  {
    spareLlm = null,
    sttBackend = 'auto',
  }: Partial<Pick<StageRequest, 'spareLlm' | 'sttBackend'>> = {},
) {
  const options = resolveOptions({ engines: given });
  const configs = stageConfigs({ common, options, given, scope, spareLlm, sttBackend });
  return Object.fromEntries(configs);
}

test('by default every stage runs on the device', () => {
  expect(configsOf({})).toEqual({
    llm: { ...common, modelId: 'smollm2-135m-instruct', backend: 'auto', spareModelId: null },
    stt: { ...common, modelId: 'moonshine-tiny-en', backend: 'auto' },
    turn: { ...common, threads: 1, engine: 'smart-turn' },
    tts: {
      ...{ ...common, engine: 'kokoro', voice: null, language: 'en' },
      ...{ phonemes: 'auto', backend: 'wasm' },
    },
  });
});

test('typing needs the language model alone', () => {
  expect(Object.keys(configsOf({}, 'text'))).toEqual(['llm']);
});

test('nothing is loaded for what runs elsewhere, or not at all', () => {
  const elsewhere = { kind: 'openai', baseUrl: 'https://host/v1', model: 'm' } as const;
  const engines = { stt: elsewhere, llm: { kind: 'browser' }, tts: elsewhere } as const;
  expect(configsOf({ ...engines, turn: 'timer' })).toEqual({});
  expect(configsOf({ ...engines, turn: 'timer', tts: 'none' })).toEqual({});
});

test('models of the catalogue go by their ids', () => {
  const model = { kind: 'local', modelId: 'mine' } as const;
  const configs = configsOf({ stt: model, llm: model, tts: model });
  expect(configs['stt']).toMatchObject({ modelId: 'mine' });
  expect(configs['llm']).toMatchObject({ modelId: 'mine' });
  expect(configs['tts']).toMatchObject({ engine: model });
});

test('what a model runs on, and what stands in for it', () => {
  const model = { kind: 'local', modelId: 'mine', backend: 'webgpu' } as const;
  const configs = configsOf({ stt: model, llm: model }, 'all', { spareLlm: 'small' });
  expect(configs['stt']).toMatchObject({ modelId: 'mine', backend: 'webgpu' });
  expect(configs['llm']).toMatchObject({
    modelId: 'mine',
    backend: 'webgpu',
    spareModelId: 'small',
  });
});

test('a recogniser that options leave free yields the graphics processor', () => {
  const stt = { kind: 'local', modelId: 'mine' } as const;
  const backendOf = (engines: EngineOptions) =>
    configsOf(engines, 'all', { sttBackend: 'wasm' })['stt'];
  expect(backendOf({ stt })).toMatchObject({ backend: 'wasm' });
  expect(backendOf({ stt: { ...stt, backend: 'auto' } })).toMatchObject({ backend: 'wasm' });
  expect(backendOf({ stt: { ...stt, backend: 'webgpu' } })).toMatchObject({ backend: 'webgpu' });
});

test('an engine of the page is told by its function: the same one has the same number', () => {
  const create = () => createScriptedLlm({ replies: [] });
  const llm = { kind: 'custom', create } as const;
  const stt = { kind: 'custom', create: () => new ScriptedStt() } as const;
  const configs = configsOf({ llm, stt });
  expect(configs['llm']).toMatchObject({ ...common, create });
  expect(configsOf({ llm: { ...llm } })['llm']).toEqual(configs['llm']);
  const { customId } = configs['llm'] as unknown as { customId: string };
  expect(configs['stt']).not.toMatchObject({ customId });
});

test('what the browser brings along is told by its kind, its voices by language too', () => {
  const webSpeech = { kind: 'web-speech' } as const;
  const { stt, tts } = configsOf({ stt: webSpeech, tts: webSpeech });
  expect(stt).toMatchObject({ ...common, customId: 'web-speech' });
  expect(tts).toMatchObject({ ...common, customId: 'web-speech device en' });
  const all = configsOf({ tts: { ...webSpeech, voices: 'all' } })['tts'];
  expect(all).toMatchObject({ customId: 'web-speech all en' });
});
