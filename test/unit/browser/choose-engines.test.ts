// What a device's probe comes to, stage by stage, with a reason for each. Node.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { DeviceProbe } from '../../../src/agent/engine-choice.ts';
import type { EngineOptions } from '../../../src/agent/options.ts';
import { chooseEngines, offersOf, spareOf } from '../../../src/browser/choose-engines.ts';
import type { CatalogModel } from '../../../src/models/catalog.ts';
import { parseCatalog } from '../../../src/models/parse-catalog.ts';

const catalog = parseCatalog(
  JSON.parse(
    await readFile(path.join(import.meta.dirname, '../../../public/models/catalog.json'), 'utf8'),
  ),
);
const AUTO: EngineOptions = { stt: 'auto', llm: 'auto', tts: 'auto' };
const GPU = { kind: 'hardware', name: 'test', hasFloat16: true } as const;
const DESKTOP: DeviceProbe = {
  ...{ cores: 8, memoryGib: 8, hasSharedMemory: true, freeBytes: 1e10 },
  gpu: { kind: 'none', name: '', hasFloat16: false },
};

/** A model of the catalogue under another name, with one file of this size. */
function like(id: string, change: Partial<CatalogModel> & { id: string; bytes?: number }) {
  const model = catalog.models.find((known) => known.id === id)!;
  const { bytes = 1e8, ...rest } = change;
  return { ...model, files: [{ ...model.files[0]!, bytes }], ...rest };
}

function choose(
  probe: Partial<DeviceProbe> = {},
  {
    more = [] as CatalogModel[],
    without = [] as string[],
    language = 'en',
    engines = AUTO,
    kokoroRtf = null as number | null,
    isVoiceOnGpu = false,
    startsSmall = false,
  } = {},
) {
  const models = [...catalog.models, ...more].filter(({ id }) => !without.includes(id));
  const served = { catalog: { ...catalog, models }, language };
  const known = { kokoroRtf, isVoiceOnGpu, startsSmall };
  const evidence = { probe: { ...DESKTOP, ...probe }, ...served, ...known };
  const { chosen, choices, betterVoice, betterLlm } = chooseEngines(engines, evidence);
  const why = Object.fromEntries(choices.map(({ stage, reason }) => [stage, reason]));
  const ids = { stt: chosen.stt.modelId, llm: chosen.llm.modelId, tts: chosen.tts };
  return { ...ids, choices, why, betterVoice, betterLlm };
}

test.each<[string, Partial<DeviceProbe>, ['kokoro' | null, RegExp]]>([
  ['a desktop', {}, ['kokoro', /tried meanwhile/u]],
  ['two cores with shared memory', { cores: 2 }, ['kokoro', /tried meanwhile/u]],
  [
    'two cores of a plain page',
    { cores: 2, hasSharedMemory: false },
    [null, /without shared memory/u],
  ],
  ['four cores of a plain page', { cores: 4, hasSharedMemory: false }, ['kokoro', /tried/u]],
  ['one core', { cores: 1 }, [null, /^1 core is few/u]],
  ['little memory', { memoryGib: 2 }, [null, /2 GB of memory/u]],
  ['memory that is not told', { memoryGib: null }, ['kokoro', /tried meanwhile/u]],
  ['little room', { freeBytes: 5e7 }, [null, /no room/u]],
  ['room that is not told', { freeBytes: null }, ['kokoro', /tried meanwhile/u]],
])('before it was measured, a voice for %s', (_, probe, [better, reason]) => {
  const { tts, why, betterVoice } = choose(probe);
  expect([tts, betterVoice]).toEqual(['piper', better]);
  expect(why['tts']).toMatch(reason);
});

test.each([
  [0.6, 'kokoro', /keeps up with it: it took 0\.60 s/u],
  [0.85, 'kokoro', /keeps up/u],
  [0.86, 'piper', /too slow for this device: it took 0\.86 s/u],
  [1.33, 'piper', /too slow/u],
] as const)('measured to take %d s for a second of speech, %s speaks', (...row) => {
  const [kokoroRtf, voice, why] = row;
  const measured = choose({ cores: 1 }, { kokoroRtf });
  expect([measured.tts, measured.betterVoice]).toEqual([voice, null]);
  expect(measured.why['tts']).toMatch(why);
});

test('a voice that the options name is not tried to be bettered', () => {
  expect(choose({}, { engines: { tts: 'piper' } }).betterVoice).toBeNull();
});

test('a device with next to no memory has the smallest voice, measured or not', () => {
  const { tts, why, betterVoice } = choose({ memoryGib: 0.5 }, { kokoroRtf: 0.5 });
  expect([tts, betterVoice]).toEqual(['flite', null]);
  expect(why['tts']).toMatch(/0\.5 GB of memory: the smallest voice/u);
  expect(choose({ memoryGib: 0.5 }, { without: ['flite-en'] }).tts).toBe('piper');
});

test('a voice of a site that has one, and of a language that none speaks', () => {
  expect(choose({ cores: 1 }, { without: ['piper-en-us-joe'] }).tts).toBe('kokoro');
  expect(choose({}, { without: ['kokoro-82m'] }).tts).toBe('piper');
  expect(choose({}, { without: ['kokoro-82m', 'piper-en-us-joe'] }).tts).toBe('flite');
  const german = choose({}, { language: 'de' });
  expect(german.tts).toBe('none');
  expect(german.why['tts']).toMatch(/answers are shown/u);
});

test('a voice of the site’s own, where it is the one that speaks the language', () => {
  const more = [like('piper-en-us-joe', { id: 'thorsten', languages: ['de-DE'] })];
  const { tts, choices, betterVoice } = choose({}, { more, language: 'de' });
  expect(tts).toEqual({ kind: 'local', modelId: 'thorsten' });
  expect(choices.find(({ stage }) => stage === 'tts')).toMatchObject({ engine: 'thorsten' });
  expect(betterVoice).toBeNull();
  expect(choose({}, { more }).tts).toBe('piper');
});

describe('a language model', () => {
  const LLM = 'smollm2-135m-instruct';
  const middle = like(LLM, { id: 'middle', bytes: 5e8 });
  const big = like(LLM, { id: 'big', bytes: 2e9 });
  const forGpu = like(LLM, { id: 'for-gpu', bytes: 1.8e9, backends: ['webgpu'] });

  test('is the largest that answers quickly, fits the memory and runs here', () => {
    const more = [middle, { ...big, backends: ['wasm'] as const }, forGpu];
    expect(choose({}, { more }).llm).toBe('middle');
    expect(choose({ memoryGib: 1 }, { more }).llm).toBe(LLM);
    expect(choose({ gpu: GPU }, { more }).llm).toBe('for-gpu');
    expect(choose({ gpu: { ...GPU, kind: 'software' } }, { more }).llm).toBe('middle');
  });

  test('begins as one that is much smaller, where that was asked for', () => {
    const startsSmall = true;
    const first = choose({}, { more: [middle], startsSmall });
    expect([first.llm, first.betterLlm]).toEqual([LLM, 'middle']);
    expect(first.why['llm']).toMatch(/^It is ready sooner\./u);
    expect(first.choices.find(({ stage }) => stage === 'llm')?.better?.engine).toBe('middle');
    const alike = like(LLM, { id: 'alike', bytes: 3e8 });
    const near = choose({}, { more: [alike], startsSmall });
    expect([near.llm, near.betterLlm]).toEqual(['alike', null]);
    const alone = choose({}, { startsSmall });
    expect([alone.llm, alone.betterLlm]).toEqual([LLM, null]);
    const engines = { llm: { kind: 'local', modelId: 'middle' } } as const;
    expect(choose({}, { more: [middle], startsSmall, engines }).betterLlm).toBeNull();
  });

  test('is the smallest where none is quick, and says so', () => {
    const slow = { ...big, backends: ['wasm'] as const };
    const { llm, why } = choose({}, { more: [slow], without: [LLM] });
    expect(llm).toBe('big');
    expect(why['llm']).toMatch(/may answer slowly/u);
  });
});

test('a recogniser: the site’s first, or the largest for a graphics processor', () => {
  const whisper = like('moonshine-tiny-en', {
    id: 'whisper',
    bytes: 2e8,
    backends: ['wasm', 'webgpu'],
  });
  const german = like('moonshine-tiny-en', { id: 'german', languages: ['de'] });
  const more = [whisper, german];
  expect(choose({}, { more }).stt).toBe('moonshine-tiny-en');
  expect(choose({ gpu: GPU }, { more }).stt).toBe('whisper');
  expect(choose({ gpu: GPU }, { more, language: 'de-AT' }).stt).toBe('german');
  expect(choose({}, { more: [], language: 'fr' }).why['stt']).toMatch(/none for French/u);
});

test('a recogniser stays off the graphics processor where the model or the voice runs on it', () => {
  const LLM = 'smollm2-135m-instruct';
  const backends = ['wasm', 'webgpu'] as const;
  const whisper = like('moonshine-tiny-en', { id: 'whisper', bytes: 2e8, backends });
  const big = like(LLM, { id: 'big', bytes: 6e8, backends });
  expect(choose({ gpu: GPU }, { more: [whisper, big] }).stt).toBe('moonshine-tiny-en');
  expect(choose({ gpu: GPU }, { more: [whisper], isVoiceOnGpu: true }).stt).toBe(
    'moonshine-tiny-en',
  );
  const german = like('moonshine-tiny-en', {
    id: 'german',
    languages: ['de'],
    backends: ['webgpu'],
  });
  const alone = choose({ gpu: GPU }, { more: [german], language: 'de', isVoiceOnGpu: true });
  expect(alone.stt).toBe('german');
});

test('a spare for a language model that runs on graphics processors alone', () => {
  const LLM = 'smollm2-135m-instruct';
  const forGpu = like(LLM, { id: 'for-gpu', bytes: 1.8e9, backends: ['webgpu'] });
  const larger = like(LLM, { id: 'larger', bytes: 2e9, backends: ['wasm'] });
  const served = {
    catalog: { ...catalog, models: [...catalog.models, forGpu, larger] },
    language: 'en',
  };
  expect(spareOf('for-gpu', served)).toBe(LLM);
  expect(spareOf(LLM, served)).toBeNull();
  expect(spareOf('unknown', served)).toBeNull();
  expect(spareOf('for-gpu', { ...served, language: 'fr' })).toBeNull();
});

test('explicit options win, and are told of', () => {
  const at = { kind: 'openai', baseUrl: 'https://a.io/v1', model: 'large' } as const;
  const { choices } = choose({ cores: 1 }, { engines: { stt: 'moonshine', llm: at } });
  expect(choices.map(({ stage, engine, chosenBy }) => [stage, engine, chosenBy])).toEqual([
    ['stt', 'moonshine-tiny-en', 'page'],
    ['llm', 'openai', 'page'],
    ['tts', 'kokoro', 'page'],
  ]);
});

test('what a visitor may choose from is what the site has for the language', () => {
  const engines = (language: string) => offersOf({ catalog, language }).map(({ engine }) => engine);
  expect(engines('en-GB').toSorted()).toEqual([
    'flite',
    'kokoro',
    'moonshine-tiny-en',
    'none',
    'piper',
    'smollm2-135m-instruct',
  ]);
  expect(engines('de')).toEqual(['none']);
  const voice = like('piper-en-us-joe', { id: 'thorsten', languages: ['de'] });
  const more = { ...catalog, models: [...catalog.models, voice] };
  expect(offersOf({ catalog: more, language: 'de' })).toContainEqual({
    ...{ stage: 'tts', engine: 'thorsten', name: voice.name },
  });
});
