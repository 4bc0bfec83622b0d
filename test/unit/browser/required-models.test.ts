// What a page says it will fetch, by its options and by what the site serves. Node.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { resolveOptions } from '../../../src/agent/resolve-options.ts';
import type { VoiceAgentOptions } from '../../../src/agent/voice-agent-options.ts';
import { requiredModels, withLater } from '../../../src/browser/required-models.ts';
import type { ModelCatalog } from '../../../src/models/catalog.ts';
import { parseCatalog } from '../../../src/models/parse-catalog.ts';

const catalog = parseCatalog(
  JSON.parse(
    await readFile(path.join(import.meta.dirname, '../../../public/models/catalog.json'), 'utf8'),
  ),
);

const PAGE = 'https://example.org/app/';

const idsOf = (options: VoiceAgentOptions, from: ModelCatalog = catalog): string[] =>
  requiredModels(from, resolveOptions(options), PAGE).map(({ id }) => id);

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
  const required = requiredModels(catalog, resolveOptions({}), PAGE);
  expect(required.find(({ id }) => id === 'english-phonemes')?.bytes).toBe(files[0]?.bytes);
});

test('each says what it is for, and where it is fetched from', () => {
  const [vad] = requiredModels(catalog, resolveOptions({}), PAGE);
  expect(vad).toMatchObject({
    ...{ id: 'silero-vad', task: 'vad' },
    source: 'https://example.org/app/models/silero-vad/',
  });
  const elsewhere = resolveOptions({ assets: { modelsUrl: 'https://models.example.org/all/' } });
  expect(requiredModels(catalog, elsewhere, PAGE)[0]?.source).toBe(
    'https://models.example.org/all/silero-vad/',
  );
});

test('what runs elsewhere is not fetched', () => {
  const at = { kind: 'openai', baseUrl: 'https://a.io/v1', model: 'm' } as const;
  expect(idsOf({ engines: { stt: at, llm: at, tts: at } })).toEqual([
    'silero-vad',
    'smart-turn-v3.2',
  ]);
});

test('loudness needs no model', () => {
  expect(idsOf({})).toContain('silero-vad');
  expect(idsOf({ engines: { vad: 'sherpa-onnx' } })).toContain('silero-vad');
  expect(idsOf({ engines: { vad: 'energy' } })).not.toContain('silero-vad');
});

test.each([
  ['one with a lexicon of its own', ['voice.onnx', 'tokens.txt', 'lexicon.txt'], false],
  ['one of Piper’s, which needs ours', ['voice.onnx', 'voice.onnx.json'], true],
])('a voice of the site takes the place of Kokoro: %s', (_, names, needsLexicon) => {
  const joe = catalog.models.find(({ id }) => id === 'piper-en-us-joe')!;
  const files = names.map((name) => ({ ...joe.files[0]!, name }));
  const own = { ...catalog, models: [...catalog.models, { ...joe, id: 'my-voice', files }] };
  const tts = { kind: 'local', modelId: 'my-voice' } as const;
  const ids = idsOf({ engines: { tts } }, own);
  expect(ids).toContain('my-voice');
  expect(ids).not.toContain('kokoro-82m');
  expect(ids.includes('english-phonemes')).toBe(needsLexicon);
  const withEspeak = idsOf({ engines: { tts }, voice: { phonemes: 'espeak' } }, own);
  expect(withEspeak).not.toContain('english-phonemes');
});

test.each([
  [['de'], 'espeak-phonemes', 'english-phonemes'],
  [['en-US'], 'english-phonemes', 'espeak-phonemes'],
])('a voice of Piper’s in %j needs %s, and not %s', (languages, needed, other) => {
  const joe = catalog.models.find(({ id }) => id === 'piper-en-us-joe')!;
  const own = { ...catalog, models: [...catalog.models, { ...joe, id: 'my-voice', languages }] };
  const engines = { tts: { kind: 'local', modelId: 'my-voice' } } as const;
  const [language = 'en'] = languages;
  const required = requiredModels(own, resolveOptions({ engines, language }), PAGE);
  expect(required.map(({ id }) => id)).toContain(needed);
  expect(required.map(({ id }) => id)).not.toContain(other);
  const licence = required.find(({ id }) => id === 'espeak-phonemes')?.licence;
  expect(licence).toBe(needed === 'espeak-phonemes' ? 'GPL-3.0-or-later' : undefined);
});

test('a recogniser of the site takes the place of Moonshine', () => {
  const [moonshine] = catalog.models.filter(({ id }) => id === 'moonshine-tiny-en');
  const own = { ...catalog, models: [...catalog.models, { ...moonshine!, id: 'my-whisper' }] };
  const ids = idsOf({ engines: { stt: { kind: 'local', modelId: 'my-whisper' } } }, own);
  expect(ids).toContain('my-whisper');
  expect(ids).not.toContain('moonshine-tiny-en');
});

test('what may take over or step in is listed behind, marked, and once', () => {
  const small = catalog.models.find(({ id }) => id === 'smollm2-135m-instruct')!;
  const own = { ...catalog, models: [...catalog.models, { ...small, id: 'better' }] };
  const listOf = (modelId: string, tts: 'kokoro' | 'flite') =>
    requiredModels(
      own,
      resolveOptions({ engines: { llm: { kind: 'local', modelId }, tts } }),
      PAGE,
    );
  const first = listOf(small.id, 'flite');
  const later = [listOf('better', 'kokoro'), listOf(small.id, 'kokoro')];
  const models = withLater(first, later.flat());
  expect(models.filter(({ isLater }) => isLater).map(({ id }) => id)).toEqual([
    'better',
    'kokoro-82m',
    'kokoro-voices-en',
    'english-phonemes',
  ]);
  expect(models.filter(({ id }) => id === small.id)).toHaveLength(1);
  expect(models.slice(0, -4)).toEqual(first);
});
