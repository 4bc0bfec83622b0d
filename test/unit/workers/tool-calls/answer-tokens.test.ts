// Whatever a model makes of it: a call that comes out is one that may be made.
import { Validator } from '@cfworker/json-schema';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LlamaRequest } from '../../../../workers/runtimes/llama-runtime.ts';
import { AnswerTokens } from '../../../../workers/runtimes/tool-calls/answer-tokens.ts';
import { Automaton } from '../../../../workers/runtimes/tool-calls/automaton.ts';
import { toArgumentsGrammar } from '../../../../workers/runtimes/tool-calls/schema-grammar.ts';
import { toAnswerGrammar } from '../../../../workers/runtimes/tool-calls/call-form.ts';
import { TokenVocabulary } from '../../../../workers/runtimes/tool-calls/token-vocabulary.ts';
import type { Tokens } from '../../../../workers/runtimes/tool-calls/token-vocabulary.ts';
import { ToolCallReader } from '../../../../workers/runtimes/tool-calls/tool-call-reader.ts';
import { toChunk } from '../../../../src/engines/openai-wire.ts';
import type { ToolCallFragment } from '../../../../src/engines/openai-wire.ts';
import { byteTokens } from '../../../support/byte-tokens.ts';
import { createNoise } from '../../../support/noise.ts';
import { toolSchemas } from '../../../support/tool-schemas.ts';
import type { Schema } from '../../../support/tool-schemas.ts';

const byteVocabulary = new TokenVocabulary(byteTokens);

interface Given {
  readonly schemas: readonly Schema[];
  readonly mustCall: boolean;
  readonly temperature: number;
  readonly seed: number;
  /** Tokens of words. */
  readonly limit: number;
  readonly room?: number;
  readonly tokens?: Tokens;
  /** Of each token; noise unless told otherwise. */
  readonly fill?: (logits: Float32Array, count: number) => void;
}

const toName = (at: number): string => `tool_${at}`;

function toTools(schemas: readonly Schema[]): NonNullable<LlamaRequest['tools']> {
  return schemas.map((parameters, at) => ({
    type: 'function',
    function: { name: toName(at), parameters: parameters as never },
  }));
}

/** What is said and called, and how many tokens that took. */
function write({ schemas, mustCall, temperature, seed, limit, ...rest }: Given) {
  const { room = 2_000, tokens = byteTokens } = rest;
  const noise = createNoise(seed);
  const fill = rest.fill ?? ((logits) => logits.forEach((_, at) => (logits[at] = 8 * noise())));
  const answer = toAnswerGrammar(toTools(schemas), { mustCall });
  const request = { messages: [], answer, temperature, seed, max_tokens: limit };
  const vocabulary = tokens === byteTokens ? byteVocabulary : new TokenVocabulary(tokens);
  const chooser = new AnswerTokens(request, {
    ...{ modelId: 'noise', room, getVocabulary: () => vocabulary },
  });
  let said = '';
  const calls: ToolCallFragment[] = [];
  const reader = new ToolCallReader((chunk) => {
    const { text, toolCalls } = toChunk(chunk);
    said += text;
    calls.push(...toolCalls);
  });
  const decoder = new TextDecoder();
  const logits = new Float32Array(tokens.count);
  let reason = 'length';
  while (!chooser.isOver) {
    fill(logits, chooser.count);
    const token = chooser.next(logits);
    if (tokens.isEnd(token)) {
      reason = 'stop';
      break;
    }
    const content = decoder.decode(tokens.bytesOf(token), { stream: true });
    reader.add({ choices: [{ delta: { content } }] });
  }
  reader.add({ choices: [{ delta: {}, finish_reason: reason }] });
  reader.assertWhole();
  return { said, calls, reason, count: chooser.count };
}

function expectValid(calls: readonly ToolCallFragment[], schemas: readonly Schema[]): void {
  for (const call of calls) {
    const schema = schemas[Number(/^tool_(\d)$/u.exec(call.name)?.[1])];
    const value: unknown = JSON.parse(call.arguments);
    expect(new Validator(schema!, '2020-12').validate(value)).toMatchObject({ valid: true });
  }
}

/** A call may have 256 tokens, and a token of these is a byte at the least. */
const hasRoom = (schema: Schema): boolean =>
  new Automaton(toArgumentsGrammar('tool', schema)).start.leastBytes < 200;

const schemas = fc.array(toolSchemas.map(({ schema }) => schema).filter(hasRoom), {
  minLength: 1,
  maxLength: 3,
});
const temperature = fc.constantFrom(0, 0.7, 3);
const seed = fc.integer({ min: 1, max: 1e6 });

test('a forced call of noise parses, fits its schema and is all there is', () => {
  fc.assert(
    fc.property(schemas, temperature, seed, (some, degree, start) => {
      const given = { schemas: some, mustCall: true, temperature: degree, seed: start, limit: 3 };
      const { said, calls } = write(given);
      expect(said).toBe('');
      expect(calls).toHaveLength(1);
      expectValid(calls, some);
    }),
    { numRuns: 300 },
  );
});

/** Noise that likes to begin calls, wherever it is. */
function eagerNoise(start: number): NonNullable<Given['fill']> {
  const noise = createNoise(start);
  const mark = new TextEncoder().encode('<tool_call>');
  return (logits, count) => {
    logits.forEach((_, at) => (logits[at] = 4 * noise()));
    const next = mark[(count - (start % 5)) % (mark.length + 3)];
    if (next !== undefined) logits[next] = 5;
  };
}

test('words and calls of noise: no mark is said, each call is whole and fits', () => {
  const counted = { answers: 0, calls: 0, words: 0 };
  fc.assert(
    fc.property(schemas, temperature, seed, (some, degree, start) => {
      const fill = eagerNoise(start);
      const given = { schemas: some, mustCall: false, temperature: degree, seed: start, fill };
      const { said, calls } = write({ ...given, limit: 40 });
      // Noise may say anything else, the name of a tool as well.
      expect(said).not.toMatch(/<\/?tool_|\{|"name": "|"arguments"/u);
      expectValid(calls, some);
      counted.answers += 1;
      counted.calls += calls.length;
      if (said !== '' && calls.length > 0) counted.words += 1;
    }),
    { numRuns: 300 },
  );
  expect(counted.calls).toBeGreaterThan(counted.answers / 4);
  expect(counted.words).toBeGreaterThan(0);
});

const LONG: Schema = { properties: { words: { type: 'string' } }, required: ['words'] };
const letters: NonNullable<Given['fill']> = (logits) => (logits.fill(0)[0x61] = 9);

test('a call that would never end is ended while there is room for its end', () => {
  const given = { schemas: [LONG], mustCall: true, temperature: 0, seed: 1, fill: letters };
  for (const room of [85, 120, 2_000]) {
    const { calls, count } = write({ ...given, limit: 5, room });
    expect(count).toBeLessThanOrEqual(Math.min(room, 256));
    expect(JSON.parse(calls[0]!.arguments)).toEqual({
      words: expect.stringMatching(/^a+$/u) as string,
    });
  }
});

/** Writes the mark, and letters behind it. */
const callAtOnce: NonNullable<Given['fill']> = (logits, count) => {
  logits.fill(0)['<tool_call>'.charCodeAt(count) || 0x61] = 9;
};

test('a call that there is no room for is not begun, and the answer stays words', () => {
  const given = { schemas: [LONG], mustCall: false, temperature: 0, seed: 1, fill: callAtOnce };
  expect(write({ ...given, limit: 20 }).calls).toHaveLength(1);
  const { calls, said, reason } = write({ ...given, limit: 20, room: 60 });
  expect({ calls, reason }).toEqual({ calls: [], reason: 'length' });
  expect(said).toMatch(/^<tool/u);
});

test('a tool of words alone leaves the limit of the words as it is', () => {
  const given = { schemas: [LONG], mustCall: false, temperature: 0, seed: 1, fill: letters };
  expect(write({ ...given, limit: 7 })).toMatchObject({ said: 'aaaaaaa', reason: 'length' });
});

test('without tools, but with calls in the history, no mark is written', () => {
  const given = { schemas: [], mustCall: false, temperature: 0, seed: 1, fill: callAtOnce };
  const { said, calls } = write({ ...given, limit: 30 });
  expect(calls).toEqual([]);
  expect(said).toMatch(/^<tool/u);
  expect(said).not.toContain('<tool_');
});

test('a model whose tokens cannot write a call says so', () => {
  const tokens: Tokens = { ...byteTokens, bytesOf: (token) => Uint8Array.of(token < 97 ? 97 : 98) };
  const given = { schemas: [LONG], mustCall: true, temperature: 1, seed: 1, limit: 9, tokens };
  expect(() => write(given)).toThrow(
    expect.objectContaining({
      code: 'model-invalid',
      details: { modelId: 'noise', reason: expect.stringContaining('tool') as string },
    }),
  );
});
