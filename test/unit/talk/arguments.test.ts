import { expect, test } from 'vitest';
import { parseTalkArguments } from '../../../talk/arguments.ts';
import { applySetting } from '../../../talk/settings.ts';

test('one file and no flags: isolated, local, a minute, comparable replies', () => {
  const parsed = parseTalkArguments(['q.wav']);
  expect(parsed).toMatchObject({
    files: ['q.wav'],
    scriptFile: null,
    isIsolated: true,
    llmUrl: null,
    timeoutMs: 60_000,
    isJson: false,
    flags: ['q.wav'],
  });
  expect(parsed.agentOptions).toEqual({
    microphone: { processing: 'none' },
    reply: { maxWords: 60, temperature: 0, seed: 42 },
    engines: {},
  });
});

test('flags and settings become agent options; settings win', () => {
  const parsed = parseTalkArguments([
    'a.wav',
    'b.wav',
    '--plain',
    '--llm=http://localhost:9/v1',
    '--tts',
    'piper',
    '--set',
    'engines.llm.model=tiny',
    '--set',
    'microphone.processing=browser',
    '--set',
    'reply.maxWords=null',
    '--set=turn.minSilenceMs=300',
    '--timeout',
    '90',
  ]);
  expect(parsed).toMatchObject({
    isIsolated: false,
    llmUrl: 'http://localhost:9/v1',
    timeoutMs: 90_000,
    agentOptions: {
      engines: {
        tts: 'piper',
        llm: { kind: 'openai', baseUrl: 'http://localhost:9/v1', model: 'tiny' },
      },
      microphone: { processing: 'browser' },
      reply: { maxWords: null },
      turn: { minSilenceMs: 300 },
    },
  });
});

test('keys do not reach the report', () => {
  const { flags } = parseTalkArguments([
    'a.wav',
    '--set',
    'engines.llm.headers.authorization=Bearer s3cret',
    '--set=engines.llm.headers={"x-key":"s3cret"}',
  ]);
  expect(flags).toEqual([
    'a.wav',
    '--set',
    'engines.llm.headers.authorization=(hidden)',
    '--set=engines.llm.headers=(hidden)',
  ]);
});

test.each([
  [[], /^no WAV file given/u],
  [['a.wav', '--script', 's.json'], /^give WAV files or --script, not both/u],
  [['a.wav', '--plain', '--isolated'], /exclude each other/u],
  [['a.wav', '--timeout', '0'], /^--timeout 0: must be seconds/u],
  [['a.wav', '--timeout', 'soon'], /^--timeout soon: must be seconds/u],
  [['a.wav', '--llm', 'ftp://x'], /^--llm ftp:\/\/x: must be "local" or/u],
  [['a.wav', '--loud'], /--loud/u],
  [['a.wav', '--set', 'turn'], /^--set turn: must be path=value/u],
  [['a.wav', '--set', '=3'], /must be path=value/u],
])('%j is refused', (argv, message) => {
  expect(() => parseTalkArguments(argv)).toThrow(message);
});

test('a setting is JSON where it parses, else text', () => {
  const settings = {};
  for (const each of ['a=3', 'b.c=true', 'b.d=[1,2]', 'e=a=b', 'f="3"']) {
    applySetting(settings, each);
  }
  expect(settings).toEqual({ a: 3, b: { c: true, d: [1, 2] }, e: 'a=b', f: '3' });
});

test('a setting does not reach into values or prototypes', () => {
  expect(() => applySetting({ a: 3 }, 'a.b=1')).toThrow('--set a.b: a is already a value');
  expect(() => applySetting({}, 'a.constructor.b=1')).toThrow('"constructor" is no option');
  expect(({} as { b?: number }).b).toBeUndefined();
});
