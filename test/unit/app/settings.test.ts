// Presets from the URL, and the agent options that settings mean.
import { describe, expect, it } from 'vitest';
import { formatBytes, toPercent } from '../../../src/app/format.ts';
import { keepSettings, readKeptSettings } from '../../../src/app/kept-settings.ts';
import {
  DEFAULT_SETTINGS,
  LANGUAGES,
  languagesFor,
  settingsFromQuery,
  toAgentOptions,
  toServed,
} from '../../../src/app/settings.ts';
import type { EndpointsSettings } from '../../../src/app/settings.ts';
import { deviceReport } from '../../support/device-report.ts';
import { checkOptions } from '../../../src/agent/option-schema.ts';

describe('settingsFromQuery', () => {
  it('is the defaults without a query', () => {
    expect(settingsFromQuery('')).toEqual({ settings: DEFAULT_SETTINGS, ignored: [] });
  });

  it('reads every preset', () => {
    const query =
      '?tts=piper&voice-backend=auto&mode=manual&transport=ports&speed=1.5&llm=http://localhost:9/v1&model=m' +
      '&stt=https://ear/v1&stt-model=w&language=de' +
      '&vad=energy&turn=timer&wake=spotter&wake-phrase=+hey+you+&phonemes=espeak';
    expect(settingsFromQuery(query)).toEqual({
      settings: {
        voice: 'piper',
        backend: 'auto',
        mode: 'manual',
        language: 'de',
        transport: 'ports',
        speed: 1.5,
        recogniser: 'auto',
        languageModel: 'auto',
        vad: 'energy',
        turn: 'timer',
        wake: 'spotter',
        wakePhrase: 'hey you',
        phonemes: 'espeak',
        endpoints: {
          stt: { baseUrl: 'https://ear/v1', model: 'w', key: '', voice: '' },
          llm: { baseUrl: 'http://localhost:9/v1', model: 'm', key: '', voice: '' },
          tts: null,
        },
      },
      ignored: [],
    });
  });

  it('names what it does not understand and keeps the defaults', () => {
    const query =
      '?tts=loud&speed=9&llm=javascript:alert(1)&mode=wake-phrase&transport=x&language=nb';
    expect(settingsFromQuery(query)).toEqual({
      settings: DEFAULT_SETTINGS,
      ignored: [
        'tts=loud',
        'mode=wake-phrase',
        'language=nb',
        'transport=x',
        'speed=9',
        'llm=javascript:alert(1)',
      ],
    });
  });

  it('puts presets over what was chosen at an earlier visit', () => {
    const kept = { voice: 'piper', languageModel: 'large' } as const;
    expect(settingsFromQuery('', kept).settings).toEqual({ ...DEFAULT_SETTINGS, ...kept });
    expect(settingsFromQuery('?tts=none', kept).settings).toMatchObject({ ...kept, voice: 'none' });
  });

  it('takes an address for the voice, too', () => {
    const { settings, ignored } = settingsFromQuery('?tts=https://mouth/v1&tts-voice=nova');
    const endpoint = { baseUrl: 'https://mouth/v1', model: 'default', key: '', voice: 'nova' };
    expect(settings).toEqual({
      ...DEFAULT_SETTINGS,
      endpoints: { ...DEFAULT_SETTINGS.endpoints, tts: endpoint },
    });
    expect(ignored).toEqual([]);
  });

  it('takes engines by name in the place of an address', () => {
    const { settings, ignored } = settingsFromQuery('?stt=web-speech&llm=browser');
    const { endpoints } = DEFAULT_SETTINGS;
    expect(settings).toMatchObject({
      recogniser: 'web-speech',
      languageModel: 'browser',
      endpoints,
    });
    expect(settingsFromQuery('?llm=persona').settings.languageModel).toBe('persona');
    expect(settingsFromQuery('?llm=web-speech').ignored).toEqual(['llm=web-speech']);
    expect(ignored).toEqual([]);
  });

  it('takes a flow, each time with a session of its own', () => {
    const read = () => settingsFromQuery('?llm=https://host/v1&flow=shop').settings.endpoints.llm;
    const [one, other] = [read(), read()];
    expect(one).toMatchObject({ baseUrl: 'https://host/v1', model: 'shop' });
    expect(one?.sessionId).toMatch(/^[0-9a-f]{32}$/u);
    expect(one?.sessionId).not.toBe(other?.sessionId);
  });

  it('takes the mode of the wake phrase only with one that can be said', () => {
    const named = settingsFromQuery('?mode=wake-phrase&wake-phrase=hey+you').settings;
    expect(named).toMatchObject({ mode: 'wake-phrase', wakePhrase: 'hey you' });
    const bare = settingsFromQuery('?mode=wake-phrase&wake-phrase=...');
    expect(bare.ignored).toEqual(['mode=wake-phrase']);
    expect(bare.settings).toEqual(DEFAULT_SETTINGS);
  });

  it('takes no key from the URL', () => {
    const { settings } = settingsFromQuery('?llm=https://host/v1&key=secret');
    const endpoint = { baseUrl: 'https://host/v1', model: 'default', key: '', voice: '' };
    expect(settings.endpoints.llm).toEqual(endpoint);
  });
});

describe('languages', () => {
  const endpoint = { baseUrl: 'https://host/v1', model: 'm', key: '', voice: '' };
  const withEndpoints = (stages: Partial<EndpointsSettings>, language = 'en') => ({
    ...{ ...DEFAULT_SETTINGS, language },
    endpoints: { ...DEFAULT_SETTINGS.endpoints, ...stages },
  });

  it('are those of the models here; any with an endpoint that answers, and "auto" where one hears', () => {
    const here = deviceReport();
    expect(languagesFor(DEFAULT_SETTINGS, null)).toEqual(['en']);
    expect(languagesFor(DEFAULT_SETTINGS, here)).toEqual(['en']);
    expect(languagesFor(withEndpoints({ stt: endpoint }), here)).toEqual(['en', 'auto']);
    expect(languagesFor(withEndpoints({ llm: endpoint }), here)).toEqual(LANGUAGES);
    const more = deviceReport({ languages: ['en', 'de', 'auto'] });
    expect(languagesFor(DEFAULT_SETTINGS, more)).toEqual(['en', 'de', 'auto']);
    expect(languagesFor(DEFAULT_SETTINGS, { languages: ['*'] })).toEqual(LANGUAGES);
  });

  it('are given up for English where nothing here has them', () => {
    const german = withEndpoints({ llm: endpoint }, 'de');
    expect(toServed(german, deviceReport()).language).toBe('de');
    expect(
      toServed({ ...german, endpoints: DEFAULT_SETTINGS.endpoints }, deviceReport()).language,
    ).toBe('en');
    expect(toAgentOptions(german).language).toBe('de');
  });
});

describe('toServed', () => {
  it('keeps what needs no model of the site, and gives up a keyword spotter that is gone', () => {
    const settings = {
      ...DEFAULT_SETTINGS,
      ...{ languageModel: 'browser', recogniser: 'web-speech', voice: 'web-speech', wake: 'gone' },
    };
    const served = { ...settings, wake: 'transcript' };
    expect(toServed(settings, deviceReport())).toEqual(served);
    const persona = { ...DEFAULT_SETTINGS, languageModel: 'persona' };
    expect(toServed(persona, deviceReport())).toEqual(persona);
    const offers = [
      ...deviceReport().offers,
      { stage: 'wake', engine: 'spotter', name: 'S' } as const,
    ];
    const spotting = { ...DEFAULT_SETTINGS, wake: 'spotter' };
    expect(toServed(spotting, deviceReport({ offers }))).toEqual(spotting);
  });
});

describe('toAgentOptions', () => {
  it('gives options that the agent accepts', () => {
    const endpoint = { baseUrl: 'https://host/v1', model: 'm', key: 'secret', voice: '' };
    const tts = { ...endpoint, voice: 'nova' };
    const options = toAgentOptions({
      ...DEFAULT_SETTINGS,
      endpoints: { stt: endpoint, llm: endpoint, tts },
    });
    expect(() => checkOptions(options)).not.toThrow();
    expect(options.engines).toMatchObject({
      stt: { kind: 'openai', baseUrl: 'https://host/v1', model: 'm' },
      tts: { kind: 'openai', voices: ['nova'] },
    });
    expect(JSON.stringify(options)).not.toContain('secret');
  });

  it('leaves to the device what is automatic, and names what is not', () => {
    const others = { vad: 'silero', turn: 'smart-turn', wake: 'transcript' };
    expect(toAgentOptions({ ...DEFAULT_SETTINGS, voice: 'auto' }).engines).toEqual({
      ...others,
      tts: 'auto',
      stt: 'auto',
      llm: 'auto',
    });
    const own = {
      ...DEFAULT_SETTINGS,
      recogniser: 'a',
      languageModel: 'b',
      voice: 'piper',
    } as const;
    expect(toAgentOptions(own).engines).toEqual({
      ...others,
      tts: 'piper',
      stt: { kind: 'local', modelId: 'a' },
      llm: { kind: 'local', modelId: 'b' },
    });
    expect(toAgentOptions({ ...own, recogniser: 'web-speech' }).engines?.stt).toEqual({
      kind: 'web-speech',
    });
    expect(toAgentOptions({ ...own, voice: 'web-speech' }).engines?.tts).toEqual({
      kind: 'web-speech',
    });
    expect(toAgentOptions({ ...own, voice: 'c' }).engines?.tts).toEqual({
      ...{ kind: 'local', modelId: 'c' },
    });
  });

  it('names engines that are no model of the site, and all are accepted', () => {
    const flow = { baseUrl: 'https://host/v1', model: 'shop', key: '', voice: '', sessionId: 's' };
    const endpoints = { ...DEFAULT_SETTINGS.endpoints, llm: flow };
    const base = {
      ...DEFAULT_SETTINGS,
      ...({ vad: 'sherpa-onnx', turn: 'timer', phonemes: 'espeak' } as const),
      ...({ mode: 'wake-phrase', wakePhrase: 'hey you', wake: 'spotter' } as const),
    };
    const options = [
      toAgentOptions({ ...base, languageModel: 'browser' }),
      toAgentOptions({ ...base, languageModel: 'persona' }),
      toAgentOptions({ ...base, endpoints }),
    ];
    for (const each of options) expect(() => checkOptions(each)).not.toThrow();
    const [browser, persona, elsewhere] = options.map(({ engines }) => engines?.llm);
    expect(browser).toEqual({ kind: 'browser' });
    expect(persona).toMatchObject({ kind: 'persona' });
    expect(elsewhere).toMatchObject({ kind: 'flow', flowId: 'shop', sessionId: 's' });
    expect(options[0]).toMatchObject({
      ...{ mode: 'wake-phrase', wakePhrase: 'hey you', voice: { phonemes: 'espeak' } },
      engines: {
        ...{ vad: 'sherpa-onnx', turn: 'timer' },
        wake: { kind: 'local', modelId: 'spotter' },
      },
    });
    expect(toAgentOptions(DEFAULT_SETTINGS).wakePhrase).toBeNull();
  });

  it.each([
    ['secret', 'secret'],
    ['', null],
  ])('hands out the key %j as the token %j', async (key, token) => {
    const llmEndpoint = { baseUrl: 'https://host/v1', model: 'm', key, voice: '' };
    const endpoints = { ...DEFAULT_SETTINGS.endpoints, llm: llmEndpoint };
    const { engines } = toAgentOptions({ ...DEFAULT_SETTINGS, endpoints });
    const llm = engines?.llm;
    expect(
      typeof llm === 'object' && llm.kind === 'openai' ? await llm.getToken?.() : undefined,
    ).toBe(token);
  });
});

it('an address may have the graphics processor tested at every load', () => {
  const { settings, ignored } = settingsFromQuery('?voice-backend=webgpu');
  expect([settings.backend, ignored]).toEqual(['webgpu', []]);
  expect(toAgentOptions(settings).voice?.backend).toBe('webgpu');
});

describe('kept settings', () => {
  function createStorage(text: string | null = null) {
    const kept = new Map(text === null ? [] : [['parley-engines', text]]);
    return {
      kept,
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    };
  }

  it('are the visitor’s engines, one by one, and nothing else', () => {
    const storage = createStorage();
    const llm = { baseUrl: 'https://a', model: 'm', key: 'k', voice: '' };
    const { endpoints } = DEFAULT_SETTINGS;
    keepSettings(storage, { speed: 2, endpoints: { ...endpoints, llm } });
    expect(storage.kept.size).toBe(0);
    keepSettings(storage, { voice: 'piper' });
    keepSettings(storage, { endpoints, languageModel: 'large' });
    expect(readKeptSettings(storage)).toEqual({ voice: 'piper', languageModel: 'large' });
    const more = { vad: 'energy', turn: 'timer', wake: 'spotter', phonemes: 'espeak' } as const;
    keepSettings(storage, { ...more, mode: 'wake-phrase', wakePhrase: 'hey you' });
    expect(readKeptSettings(storage)).toEqual({
      ...{ voice: 'piper', languageModel: 'large' },
      ...more,
    });
    keepSettings(storage, { language: 'it' });
    expect(readKeptSettings(storage)).toMatchObject({ voice: 'piper', language: 'it' });
  });

  it.each([
    ...['', 'no json', 'null', '{"voice":1,"recogniser":3,"speed":2,"language":"nb"}'],
    // A test at every load is for an address to ask for.
    ...['{"backend":7}', '{"backend":"webgpu"}'],
    '{"vad":"loud","turn":"coin","wake":1,"phonemes":"mine","wakePhrase":"hey"}',
  ])('are nothing where %j was kept', (text) =>
    expect(readKeptSettings(createStorage(text))).toEqual({}),
  );

  it('hold for the visit where the browser keeps nothing', () => {
    const setItem = () => {
      throw new Error('no room');
    };
    expect(() => keepSettings({ getItem: () => null, setItem }, { voice: 'none' })).not.toThrow();
    expect(readKeptSettings(null)).toEqual({});
  });
});

describe('format', () => {
  it.each([
    [0, '0 bytes'],
    [999, '999 bytes'],
    [2_327_524, '2.3 MB'],
    [98_362_432, '98 MB'],
    [999_600, '1.0 MB'],
    [2_000_000_000, '2.0 GB'],
  ])('%d bytes is %s', (bytes, words) => {
    expect(formatBytes(bytes)).toBe(words);
  });

  it.each([
    [999, 1_000, 99],
    [1_000, 1_000, 100],
    [5, 0, 0],
  ])('%d of %d is %d %%', (part, whole, percent) => {
    expect(toPercent(part, whole)).toBe(percent);
  });
});
