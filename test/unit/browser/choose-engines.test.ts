// What a device's probe comes to, stage by stage, with a reason for each. Node.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { DeviceProbe } from '../../../src/agent/engine-choice.ts';
import type { EngineOptions } from '../../../src/agent/options.ts';
import {
  chooseEngines,
  languagesOf,
  offersOf,
  spareOf,
} from '../../../src/browser/choose-engines.ts';
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

const withFiles = (...names: string[]) => {
  const [file] = catalog.models[0]!.files;
  return names.map((name) => ({ ...file!, name, bytes: 1e7 }));
};
/** A voice that pronounces by itself. */
const WITH_LEXICON = withFiles('thorsten.onnx', 'tokens.txt', 'lexicon.txt');
/** One that reads phonemes, which are English here. */
const OF_PIPER = withFiles('thorsten.onnx', 'thorsten.onnx.json');

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
    isKokoroOnGpu = false,
    startsSmall = false,
    rtfs = new Map<string, number>(),
  } = {},
) {
  const models = [...catalog.models, ...more].filter(({ id }) => !without.includes(id));
  const served = { catalog: { ...catalog, models }, language };
  const known = { kokoroRtf, rtfs, isKokoroOnGpu, startsSmall };
  const evidence = { probe: { ...DESKTOP, ...probe }, ...served, ...known };
  const { chosen, choices, betterVoice, betterLlm, sttBackend } = chooseEngines(engines, evidence);
  const why = Object.fromEntries(choices.map(({ stage, reason }) => [stage, reason]));
  const ids = { stt: chosen.stt.modelId, llm: chosen.llm.modelId, tts: chosen.tts };
  return { ...ids, choices, why, betterVoice, betterLlm, sttBackend };
}

test.each<[string, Partial<DeviceProbe>, ['kokoro' | null, RegExp]]>([
  ['a desktop', {}, ['kokoro', /tried meanwhile/u]],
  ['two cores with shared memory', { cores: 2 }, ['kokoro', /tried meanwhile/u]],
  ['two cores of a plain page', { cores: 2, hasSharedMemory: false }, ['kokoro', /tried/u]],
  ['one core', { cores: 1 }, [null, /^1 core is too few/u]],
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

test('where the site has no Piper, Flite is the light voice', () => {
  const without = ['piper-en-us-joe'];
  const first = choose({}, { without });
  expect([first.tts, first.betterVoice]).toEqual(['flite', 'kokoro']);
  expect(first.why['tts']).toMatch(/ready sooner\. Kokoro sounds better/u);
  expect(choose({ cores: 1 }, { without })).toMatchObject({ tts: 'flite', betterVoice: null });
  expect(choose({}, { without, kokoroRtf: 0.6 }).tts).toBe('kokoro');
  expect(choose({}, { without, kokoroRtf: 1.2 }).tts).toBe('flite');
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
  expect(choose({ cores: 1 }, { without: ['piper-en-us-joe', 'flite-en'] }).tts).toBe('kokoro');
  expect(choose({}, { without: ['kokoro-82m'] }).tts).toBe('piper');
  expect(choose({}, { without: ['kokoro-82m', 'piper-en-us-joe'] }).tts).toBe('flite');
  const german = choose({}, { language: 'de' });
  expect(german.tts).toBe('none');
  expect(german.why['tts']).toMatch(/answers are shown/u);
});

test('a voice of the site’s own, where it is the one that speaks the language', () => {
  const german = { id: 'thorsten', languages: ['de-DE'], files: WITH_LEXICON };
  const more = [like('piper-en-us-joe', german)];
  const { tts, choices, betterVoice } = choose({}, { more, language: 'de' });
  expect(tts).toEqual({ kind: 'local', modelId: 'thorsten' });
  expect(choices.find(({ stage }) => stage === 'tts')).toMatchObject({ engine: 'thorsten' });
  expect(betterVoice).toBeNull();
  expect(choose({}, { more }).tts).toBe('piper');
});

test('a voice of Piper’s is taken where it can be pronounced', () => {
  const piper = { id: 'thorsten', files: OF_PIPER };
  const others = ['kokoro-82m', 'piper-en-us-joe', 'flite-en'];
  const german = [like('piper-en-us-joe', { ...piper, languages: ['de-DE'] })];
  expect(choose({}, { more: german, language: 'de' }).tts).toBe('none');
  const british = [like('piper-en-us-joe', { ...piper, languages: ['en-GB'] })];
  const { tts } = choose({}, { more: british, without: others });
  expect(tts).toEqual({ kind: 'local', modelId: 'thorsten' });
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

describe('what was measured at earlier replies decides before any prediction', () => {
  const LLM = 'smollm2-135m-instruct';
  const MOONSHINE = 'moonshine-tiny-en';
  const middle = like(LLM, { id: 'middle', name: 'Middle', bytes: 5e8 });
  const other = like(MOONSHINE, { id: 'other', name: 'Other', bytes: 2e8 });

  test('a language model that is too slow gives way, and the reason says by how much', () => {
    const rtfs = new Map([['middle', 2]]);
    const { llm, betterLlm, why } = choose({}, { more: [middle], rtfs, startsSmall: true });
    expect([llm, betterLlm]).toEqual([LLM, null]);
    expect(why['llm']).toMatch(/Middle is too slow for this device: it made 4 tokens a second\.$/u);
  });

  test('one that is quicker than its size lets expect is taken', () => {
    const big = like(LLM, { id: 'big', bytes: 1.5e9, backends: ['wasm'] });
    expect(choose({}, { more: [big] }).llm).toBe(LLM);
    const { llm, why } = choose({}, { more: [big], rtfs: new Map([['big', 0.8]]) });
    expect(llm).toBe('big');
    expect(why['llm']).toMatch(/It made 10 tokens a second\.$/u);
  });

  test('the smallest stays where it is too slow as well', () => {
    const { llm, why } = choose({}, { rtfs: new Map([[LLM, 1.6]]) });
    expect(llm).toBe(LLM);
    expect(why['llm']).toMatch(/may answer slowly\. It made 5 tokens a second\.$/u);
  });

  test('a recogniser that does not keep up makes room for the next, where there is one', () => {
    const rtfs = new Map([[MOONSHINE, 1.1]]);
    const { stt, why } = choose({}, { more: [other], rtfs });
    expect(stt).toBe('other');
    expect(why['stt']).toMatch(
      /Moonshine .*too slow for this device: it took 1\.10 s for a second/u,
    );
    expect(choose({}, { rtfs }).stt).toBe(MOONSHINE);
    const quick = choose({}, { more: [other], rtfs: new Map([[MOONSHINE, 0.1]]) });
    expect(quick.why['stt']).toMatch(/It took 0\.10 s for a second of speech\.$/u);
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
  expect(choose({ gpu: GPU }, { more: [whisper], isKokoroOnGpu: true }).stt).toBe(
    'moonshine-tiny-en',
  );
  const german = like('moonshine-tiny-en', {
    id: 'german',
    languages: ['de'],
    backends: ['webgpu'],
  });
  const alone = choose({ gpu: GPU }, { more: [german], language: 'de', isKokoroOnGpu: true });
  expect(alone.stt).toBe('german');
});

describe('who has the graphics processor is judged by the engines that run', () => {
  const LLM = 'smollm2-135m-instruct';
  const backends = ['wasm', 'webgpu'] as const;
  const whisper = like('moonshine-tiny-en', { id: 'whisper', bytes: 2e8, backends });
  const compiled = like(LLM, { id: 'compiled', bytes: 1e9, backends: ['webgpu'] });
  const more = [whisper, compiled];
  const named = (modelId: string, backend?: 'auto' | 'wasm' | 'webgpu') =>
    ({ kind: 'local', modelId, ...(backend === undefined ? {} : { backend }) }) as const;
  const MOONSHINE = 'moonshine-tiny-en';

  test.each<[string, EngineOptions, [string, 'auto' | 'wasm']]>([
    ['a model that the options name', { llm: named('compiled') }, [MOONSHINE, 'auto']],
    ['one that they keep off it', { llm: named('compiled', 'wasm') }, ['whisper', 'auto']],
    ['one for the processor', { llm: named(LLM) }, ['whisper', 'auto']],
    [
      'one for the processor, on it all the same',
      { llm: named(LLM, 'webgpu') },
      [MOONSHINE, 'auto'],
    ],
    ['an endpoint', { llm: { kind: 'browser' } }, ['whisper', 'auto']],
    ['the usual model', {}, ['whisper', 'auto']],
    ['a recogniser that they name', { llm: 'auto', stt: named('whisper') }, [MOONSHINE, 'wasm']],
    ['both named', { llm: named('compiled'), stt: named('whisper') }, [MOONSHINE, 'wasm']],
    ['a recogniser alone', { llm: named(LLM), stt: named('whisper') }, ['whisper', 'auto']],
  ])('%s', (_, engines, expected) => {
    const { stt, sttBackend } = choose(
      { gpu: GPU },
      { more, engines: { stt: 'auto', ...engines } },
    );
    expect([stt, sttBackend]).toEqual(expected);
  });

  test('a voice other than Kokoro needs none', () => {
    const isKokoroOnGpu = true;
    const sttOf = (tts?: NonNullable<EngineOptions['tts']>) => {
      const engines: EngineOptions = { stt: 'auto', ...(tts === undefined ? {} : { tts }) };
      return choose({ gpu: GPU }, { more: [whisper], isKokoroOnGpu, engines }).stt;
    };
    expect([sttOf('flite'), sttOf('none'), sttOf({ kind: 'web-speech' })]).toEqual(
      Array(3).fill('whisper'),
    );
    expect([sttOf('kokoro'), sttOf(), sttOf('auto')]).toEqual(Array(3).fill(MOONSHINE));
  });

  test('one that is on its way has it already', () => {
    expect(choose({ gpu: GPU }, { more, startsSmall: true })).toMatchObject({
      ...{ llm: LLM, betterLlm: 'compiled', stt: MOONSHINE },
    });
  });

  test('a recogniser that is all there is stays, on the processor, and says so', () => {
    const without = [MOONSHINE];
    const taken = choose({ gpu: GPU }, { more, without });
    expect([taken.stt, taken.sttBackend]).toEqual(['whisper', 'wasm']);
    expect(taken.why['stt']).toMatch(/runs on 8 cores/u);
    const forGpu = like(MOONSHINE, { id: 'for-gpu', backends: ['webgpu'] });
    const alone = choose({ gpu: GPU }, { more: [forGpu, compiled], without });
    expect([alone.stt, alone.sttBackend]).toEqual(['for-gpu', 'auto']);
    expect(alone.why['stt']).toMatch(/runs on the graphics processor/u);
  });
});

test('a spare for a language model that runs on graphics processors alone', () => {
  const LLM = 'smollm2-135m-instruct';
  const none = () => false;
  const forGpu = like(LLM, { id: 'for-gpu', bytes: 1.8e9, backends: ['webgpu'] });
  const larger = like(LLM, { id: 'larger', bytes: 2e9, backends: ['wasm'] });
  const served = {
    catalog: { ...catalog, models: [...catalog.models, forGpu, larger] },
    language: 'en',
  };
  expect(spareOf('for-gpu', served, none)).toBe(LLM);
  expect(spareOf(LLM, served, none)).toBeNull();
  expect(spareOf('unknown', served, none)).toBeNull();
  expect(spareOf('for-gpu', { ...served, language: 'fr' }, none)).toBeNull();
  const middle = like(LLM, { id: 'middle', bytes: 5e8, backends: ['wasm'] });
  const wider = { ...served, catalog: { ...catalog, models: [...served.catalog.models, middle] } };
  expect(spareOf('for-gpu', wider, none)).toBe(LLM);
  expect(spareOf('for-gpu', wider, (id) => id === 'middle')).toBe('middle');
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
  const german = { id: 'thorsten', languages: ['de'] };
  const offersWith = (files: CatalogModel['files']) => {
    const voice = like('piper-en-us-joe', { ...german, files });
    return offersOf({
      catalog: { ...catalog, models: [...catalog.models, voice] },
      language: 'de',
    });
  };
  const { name } = like('piper-en-us-joe', german);
  expect(offersWith(WITH_LEXICON)).toContainEqual({ stage: 'tts', engine: 'thorsten', name });
  expect(offersWith(OF_PIPER).map(({ engine }) => engine)).toEqual(['none']);
});

test('keyword spotters of the language are offered, too', () => {
  const spotter = like('silero-vad', { id: 'spotter', task: 'wake', languages: ['en'] });
  const own = { ...catalog, models: [...catalog.models, spotter] };
  const wakes = (language: string) =>
    offersOf({ catalog: own, language }).filter(({ stage }) => stage === 'wake');
  expect(wakes('en').map(({ engine }) => engine)).toEqual(['spotter']);
  expect(wakes('de')).toEqual([]);
});

test('the languages here are those of the language models, and "auto" where a recogniser tells', () => {
  expect(languagesOf(catalog)).toEqual(['en']);
  const models = [
    ...catalog.models,
    like('smollm2-135m-instruct', { id: 'many', languages: ['de-DE', 'en', '*'] }),
    like('moonshine-tiny-en', { id: 'sense', languages: ['zh', 'und'] }),
  ];
  expect(languagesOf({ ...catalog, models })).toEqual(['en', 'de', '*', 'auto']);
});

test('a recogniser that tells the language is taken where that is left to it', () => {
  const whisper = like('moonshine-tiny-en', { id: 'sense', languages: ['zh', 'en', 'und'] });
  const [stt] = choose({}, { more: [whisper], language: 'und' }).choices;
  expect(stt).toMatchObject({
    engine: 'sense',
    reason: 'It understands whatever is spoken and runs on 8 cores.',
  });
});
