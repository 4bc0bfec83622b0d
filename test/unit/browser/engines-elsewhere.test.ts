// Which engines a page shows as leaving the device. Node.
import { expect, test } from 'vitest';
import { resolveOptions } from '../../../src/agent/resolve-options.ts';
import type { VoiceAgentOptions } from '../../../src/agent/voice-agent-options.ts';
import { enginesElsewhere } from '../../../src/browser/engines-elsewhere.ts';

const at = { kind: 'openai', baseUrl: 'https://a.io/v1', model: 'm' } as const;
const flow = { kind: 'flow', baseUrl: 'https://a.io', flowId: 'f', sessionId: 's' } as const;

const shown = (options: VoiceAgentOptions): unknown[] =>
  enginesElsewhere(resolveOptions(options)).map(({ stage, modelName, backend }) => [
    stage,
    modelName,
    backend,
  ]);

test('nothing leaves the device by default', () => {
  expect(shown({})).toEqual([]);
});

test('what leaves it is marked', () => {
  expect(shown({ engines: { stt: at, llm: flow, tts: at } })).toEqual([
    ['stt', 'm', 'remote'],
    ['llm', 'f', 'remote'],
    ['tts', 'm', 'remote'],
  ]);
});

test('a persona and the model of the browser are not', () => {
  const persona = { kind: 'persona', lines: [] } as const;
  expect(shown({ engines: { llm: persona } })).toEqual([['llm', undefined, 'js']]);
  expect(shown({ engines: { llm: { kind: 'browser' } } })).toEqual([['llm', undefined, 'js']]);
});
