import { describe, expect, test } from 'vitest';
import { checkOptions } from '../../../src/agent/option-schema.ts';
import { mergeOptions, resolveOptions } from '../../../src/agent/resolve-options.ts';

const TOOL = {
  name: 'now',
  description: 'The time.',
  parameters: { type: 'object' },
  execute: async () => 0,
};

describe('a wrong option fails with its path and value', () => {
  const cases: [unknown, string][] = [
    [null, 'options must be Object, got null'],
    [{ instructions: 7 }, 'options.instructions must be string, got 7'],
    [{ colour: 'red' }, 'options.colour is not an option'],
    [{ turn: { minSilenceMs: 20 } }, 'options.turn.minSilenceMs must be at least 100, got 20'],
    [{ turn: { minSilence: 500 } }, 'options.turn.minSilence is not an option'],
    [
      { turn: { exitThreshold: 0.9 } },
      'options.turn.exitThreshold must not exceed enterThreshold (0.5), got 0.9',
    ],
    [
      { engines: { llm: { kind: 'openai', baseUrl: 'host/v1', model: 'm' } } },
      'options.engines.llm.baseUrl must be an absolute URL such as https://host/v1, got "host/v1"',
    ],
    [
      { engines: { llm: { kind: 'cloud' } } },
      'options.engines.llm.kind must be ("local" | "custom" | "openai" | "flow" | "browser" | "persona"), got "cloud"',
    ],
    [
      { mode: 'loud' },
      'options.mode must be ("automatic" | "push-to-talk" | "wake-phrase" | "manual"), got "loud"',
    ],
    [
      { mode: 'wake-phrase' },
      'options.wakePhrase must be given in the mode "wake-phrase", got undefined',
    ],
    [{ echo: { marginDb: 90 } }, 'options.echo.marginDb must be at most 30, got 90'],
    [
      { silence: { acknowledgements: 'some' } },
      'options.silence.acknowledgements must be "auto", phrases or null, got "some"',
    ],
    [{ reply: { maxTokens: 1.5 } }, 'options.reply.maxTokens must be a whole number, got 1.5'],
    [
      { language: 'English!' },
      'options.language must be a language tag such as "en", or "auto", got "English!"',
    ],
    [
      { tools: [{ name: 'no spaces' }] },
      'options.tools.0.name must be 1 to 64 letters, digits, _ or -, got "no spaces"',
    ],
    [
      { tools: [TOOL, { ...TOOL, description: 'Another.' }] },
      'options.tools.1.name must differ from the others, got "now"',
    ],
    [{ reply: { toolTimeoutMs: 5 } }, 'options.reply.toolTimeoutMs must be at least 100, got 5'],
  ];
  test.each(cases)('%j', (options, message) => {
    expect(() => checkOptions(options)).toThrow(new TypeError(message));
  });
});

test('the schema of a tool that is no JSON fails with its path', () => {
  expect(() => checkOptions({ tools: [{ ...TOOL, parameters: { maximum: 1n } }] })).toThrow(
    new TypeError('options.tools.0.parameters must be JSON, got an object'),
  );
});

describe('what is typed but not built yet refuses clearly', () => {
  test.each([
    [{ storage: 'device' }, 'options.storage "device"'],
    [
      { turn: { speakerGate: 'enrolled' } },
      'options.turn.speakerGate, for want of a speaker embedding model,',
    ],
  ])('%j', (options, feature) => {
    expect(() => checkOptions(options)).toThrow(
      expect.objectContaining({ code: 'unsupported', details: { feature } }),
    );
  });
});

test('defaults are filled in and functions stay behind', () => {
  const options = {
    engines: {
      llm: {
        kind: 'openai',
        baseUrl: 'https://a.example/v1',
        model: 'm',
        getToken: async () => 't',
      },
    },
    turn: { minSilenceMs: 800 },
    tools: [TOOL],
  };
  checkOptions(options);
  const resolved = resolveOptions(options);
  expect(resolved.turn).toMatchObject({ minSilenceMs: 800, minSpeechMs: 250 });
  expect(resolved.engines).toMatchObject({ turn: 'smart-turn', tts: 'kokoro' });
  expect(resolved.tools).toEqual([
    { name: 'now', description: 'The time.', parameters: { type: 'object' }, isAbortable: false },
  ]);
  expect(structuredClone(resolved)).toEqual(resolved);
});

const SPEECH = { kind: 'openai', baseUrl: 'https://a.example/v1', model: 'm' } as const;

test('engines elsewhere get their defaults, and keep their tokens on the page', () => {
  const getToken = async (): Promise<string> => 't';
  const options = {
    engines: { stt: { ...SPEECH, getToken }, tts: { ...SPEECH, getToken, voices: ['nova'] } },
    voice: { id: 'nova' },
  };
  checkOptions(options);
  const { engines } = resolveOptions(options);
  expect(engines.stt).toEqual({ ...SPEECH, headers: {}, partialEveryMs: null });
  expect(engines.tts).toEqual({ ...SPEECH, headers: {}, voices: ['nova'], format: 'wav' });
});

test.each([
  [
    { engines: { stt: 'whisper' } },
    /^options\.engines\.stt must be \("auto" \| "moonshine"\), got "whisper"/u,
  ],
  [{ engines: { tts: { ...SPEECH, baseUrl: 'a' } } }, /^options\.engines\.tts\.baseUrl must be/u],
  [{ engines: { tts: { ...SPEECH, voices: [] } } }, /^options\.engines\.tts\.voices must name/u],
  [
    { engines: { stt: { ...SPEECH, parts: 1 } } },
    /^options\.engines\.stt\.parts is not an option/u,
  ],
  [{ engines: { tts: SPEECH }, voice: { id: 'joe' } }, /^options\.voice\.id must be one of/u],
  [{ engines: { llm: { kind: 'flow', baseUrl: 'https://a.example' } } }, /llm\.flowId/u],
])('%j is a mistake', (options, message) => {
  expect(() => checkOptions(options)).toThrow(message);
  expect(() => checkOptions(options)).toThrow(TypeError);
});

test('the model is told to answer in the language given', () => {
  expect(resolveOptions({ language: 'de' }).instructions).toMatch(/Always answer in German\.$/u);
  expect(resolveOptions({ language: 'en-GB' }).instructions).not.toMatch(/Always/u);
  const auto = resolveOptions({ language: 'auto' });
  expect(auto.language).toBe('und');
  expect(auto.instructions).toMatch(/Always answer in the language you are spoken to in\.$/u);
  expect(resolveOptions({ language: 'de', instructions: 'Hm.' }).instructions).toBe('Hm.');
});

test('a change merges groups and replaces the rest', () => {
  const merged = mergeOptions(
    { turn: { minSilenceMs: 800, preRollMs: 300 }, language: 'en' },
    { turn: { minSilenceMs: 400 }, language: 'de' },
  );
  expect(merged).toEqual({ turn: { minSilenceMs: 400, preRollMs: 300 }, language: 'de' });
});

test('a voice of the catalogue is named by its model, and its speaker by the voice', () => {
  const engines = { tts: { kind: 'local', modelId: 'my-voice' } } as const;
  const options = { engines, voice: { id: 'my-voice/3' } };
  expect(() => checkOptions(options)).not.toThrow();
  expect(resolveOptions(options)).toMatchObject(options);
  expect(() => checkOptions({ engines: { tts: { kind: 'local' } } })).toThrow(/tts\.modelId/u);
});

test('what is left to the device is what was chosen for it', () => {
  const engines = { stt: 'auto', llm: 'auto', tts: 'auto' } as const;
  expect(() => checkOptions({ engines })).not.toThrow();
  const chosen = {
    stt: { kind: 'local', modelId: 'a' },
    llm: { kind: 'local', modelId: 'b' },
    tts: 'piper',
  } as const;
  const voice = { id: 'af_bella' };
  expect(resolveOptions({ engines, voice }, chosen)).toMatchObject({
    engines: chosen,
    voice: { id: null },
  });
  expect(resolveOptions({ engines, voice }).voice.id).toBe('af_bella');
  expect(resolveOptions({ engines: { tts: 'kokoro' }, voice }, chosen)).toMatchObject({
    engines: { tts: 'kokoro', stt: 'moonshine', llm: { modelId: 'smollm2-135m-instruct' } },
    voice: { id: 'af_bella' },
  });
});
