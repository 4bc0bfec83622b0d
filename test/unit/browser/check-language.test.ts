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

test('text needs no ears', () => {
  const options = resolveOptions({ language: 'de', engines: { llm: at } });
  expect(() => checkLanguage(catalog, options, 'text')).not.toThrow();
});
