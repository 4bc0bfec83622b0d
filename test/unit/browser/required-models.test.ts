// What a page says it will fetch, by its options and by what the site serves. Node.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { resolveOptions } from '../../../src/agent/resolve-options.ts';
import type { VoiceAgentOptions } from '../../../src/agent/voice-agent-options.ts';
import { requiredModels } from '../../../src/browser/required-models.ts';
import type { ModelCatalog } from '../../../src/models/catalog.ts';
import { parseCatalog } from '../../../src/models/parse-catalog.ts';

const catalog = parseCatalog(
  JSON.parse(
    await readFile(path.join(import.meta.dirname, '../../../public/models/catalog.json'), 'utf8'),
  ),
);

const idsOf = (options: VoiceAgentOptions, from: ModelCatalog = catalog): string[] =>
  requiredModels(from, resolveOptions(options)).map(({ id }) => id);

test('a voice needs its lexicon, unless eSpeak is asked for or nothing is spoken', () => {
  expect(idsOf({})).toContain('english-phonemes');
  expect(idsOf({ engines: { tts: 'piper' } })).toContain('english-phonemes');
  expect(idsOf({ voice: { phonemes: 'espeak' } })).not.toContain('english-phonemes');
  expect(idsOf({ engines: { tts: 'none' } })).not.toContain('english-phonemes');
  const flite = idsOf({ engines: { tts: 'flite' } });
  expect(flite).toContain('flite-en');
  expect(flite).not.toContain('english-phonemes');
});

test('a site without the lexicon is none the worse', () => {
  const models = catalog.models.filter(({ task }) => task !== 'phonemes');
  expect(idsOf({}, { ...catalog, models })).not.toContain('english-phonemes');
});

test('one variety of it is fetched', () => {
  const { files } = catalog.models.find(({ id }) => id === 'english-phonemes')!;
  const required = requiredModels(catalog, resolveOptions({}));
  expect(required.find(({ id }) => id === 'english-phonemes')?.bytes).toBe(files[0]?.bytes);
});

test('what runs elsewhere is not fetched', () => {
  const at = { kind: 'openai', baseUrl: 'https://a.io/v1', model: 'm' } as const;
  expect(idsOf({ engines: { stt: at, llm: at, tts: at } })).toEqual([
    'silero-vad',
    'smart-turn-v3.2',
  ]);
});

test('a voice of the site takes the place of Kokoro, and needs no lexicon of ours', () => {
  const voice = catalog.models.find(({ id }) => id === 'piper-en-us-joe')!;
  const own = { ...catalog, models: [...catalog.models, { ...voice, id: 'my-voice' }] };
  const ids = idsOf({ engines: { tts: { kind: 'local', modelId: 'my-voice' } } }, own);
  expect(ids).toContain('my-voice');
  expect(ids).not.toContain('kokoro-82m');
  expect(ids).not.toContain('english-phonemes');
});

test('a recogniser of the site takes the place of Moonshine', () => {
  const [moonshine] = catalog.models.filter(({ id }) => id === 'moonshine-tiny-en');
  const own = { ...catalog, models: [...catalog.models, { ...moonshine!, id: 'my-whisper' }] };
  const ids = idsOf({ engines: { stt: { kind: 'local', modelId: 'my-whisper' } } }, own);
  expect(ids).toContain('my-whisper');
  expect(ids).not.toContain('moonshine-tiny-en');
});
