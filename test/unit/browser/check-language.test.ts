// A language that a model lacks is refused before it is loaded. Node.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { resolveOptions } from '../../../src/agent/resolve-options.ts';
import type { VoiceAgentOptions } from '../../../src/agent/voice-agent-options.ts';
import { checkLanguage } from '../../../src/browser/check-language.ts';
import { parseCatalog } from '../../../src/models/parse-catalog.ts';

const catalog = parseCatalog(
  JSON.parse(
    await readFile(path.join(import.meta.dirname, '../../../public/models/catalog.json'), 'utf8'),
  ),
);

const at = { kind: 'openai', baseUrl: 'https://a.io/v1', model: 'm' } as const;

const check = (options: VoiceAgentOptions, from = catalog) =>
  checkLanguage(from, resolveOptions(options), 'all');

test.each(['en', 'en-GB', 'en-AU'])('%s is spoken here', (language) => {
  expect(() => check({ language })).not.toThrow();
});

test.each([
  [{}, 'moonshine-tiny-en', 'options.engines.stt'],
  [{ stt: at }, 'smollm2-135m-instruct', 'options.engines.llm'],
  [{ stt: at, llm: at }, 'kokoro-82m', 'options.engines.tts'],
  [{ stt: at, llm: at, tts: 'piper' }, 'piper-en-us-joe', 'options.engines.tts'],
] as const)('German is refused for %j', (engines, id, option) => {
  expect(() => check({ language: 'de', engines })).toThrow(
    expect.objectContaining({
      code: 'unsupported',
      details: { feature: `language "de" with ${id}` },
      message: expect.stringContaining(option) as string,
    }),
  );
});

test('with endpoints, or without a voice, any language goes', () => {
  expect(() => check({ language: 'de', engines: { stt: at, llm: at, tts: at } })).not.toThrow();
  expect(() => check({ language: 'ja', engines: { stt: at, llm: at, tts: 'none' } })).not.toThrow();
});

test('a model of the catalogue that has the language is offered', () => {
  const german = { ...catalog.models.find(({ task }) => task === 'stt')!, id: 'moonshine-tiny-de' };
  const models = [...catalog.models, { ...german, languages: ['de'] }];
  expect(() => check({ language: 'de-CH' }, { ...catalog, models })).toThrow(/moonshine-tiny-de/u);
});

test('of voices, those that can be pronounced are offered; one that is named is left to its engine', () => {
  const joe = catalog.models.find(({ id }) => id === 'piper-en-us-joe')!;
  const [file] = joe.files;
  const toVoice = (id: string, ...names: string[]) => ({
    ...{ ...joe, id, languages: ['de'] },
    files: names.map((name) => ({ ...file!, name })),
  });
  const own = [
    toVoice('thorsten', 'thorsten.onnx', 'thorsten.onnx.json'),
    toVoice('eva', 'eva.onnx', 'tokens.txt', 'lexicon.txt'),
  ];
  const more = { ...catalog, models: [...catalog.models, ...own] };
  const named = (modelId: string) => ({ kind: 'local', modelId }) as const;
  const engines = { stt: at, llm: at };
  expect(() => check({ language: 'de', engines: { ...engines, tts: 'piper' } }, more)).toThrow(
    'The catalogue has eva: choose it',
  );
  const german = { language: 'de', engines: { ...engines, tts: named('thorsten') } };
  expect(() => check(german, more)).not.toThrow();
  expect(() => check({ ...german, language: 'fr' }, more)).toThrow(/"thorsten" has no "fr"/u);
});

test('text needs no ears', () => {
  const options = resolveOptions({ language: 'de', engines: { llm: at } });
  expect(() => checkLanguage(catalog, options, 'text')).not.toThrow();
});

test('"auto" takes a recogniser that tells languages, and leaves the other models to each turn', () => {
  const files = ['config.json', 'preprocessor_config.json', 'tokenizer.json'].map((name) => ({
    ...catalog.models[0]!.files[0]!,
    name,
  }));
  const whisper = { ...catalog.models[0]!, task: 'stt', files } as const;
  const models = [
    ...catalog.models,
    { ...whisper, id: 'whisper-base', languages: ['en', 'de', 'fr'] },
    { ...whisper, id: 'whisper-base-en', languages: ['en'] },
    { ...whisper, id: 'sense-voice', files: [files[0]!], languages: ['zh', 'en', 'und'] },
  ];
  const auto = (modelId: string) => () =>
    check(
      { language: 'auto', engines: { stt: { kind: 'local', modelId } } },
      { ...catalog, models },
    );
  expect(auto('whisper-base')).not.toThrow();
  expect(auto('sense-voice')).not.toThrow();
  expect(() => check({ language: 'auto', engines: { stt: at } })).not.toThrow();
  for (const id of ['moonshine-tiny-en', 'whisper-base-en']) {
    expect(auto(id)).toThrow(
      expect.objectContaining({
        code: 'unsupported',
        details: { feature: `language "auto" with ${id}` },
        message: expect.stringContaining('whisper-base, sense-voice') as string,
      }),
    );
  }
});
