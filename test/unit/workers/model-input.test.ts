import * as v from 'valibot';
import { expect, test } from 'vitest';
import { floatsOf, parseModelJson } from '../../../workers/engines/model-input.ts';

const schema = v.object({ audio: v.object({ sample_rate: v.number() }) });
const bytesOf = (text: string): ArrayBuffer => new TextEncoder().encode(text).buffer;

test('a file that fits is parsed, keys that are not asked for are ignored', () => {
  const bytes = bytesOf('{"audio":{"sample_rate":22050},"more":1}');
  expect(parseModelJson(bytes, { schema, modelId: 'm' })).toEqual({
    audio: { sample_rate: 22_050 },
  });
});

test.each([
  ['{"audio":{"sample_rate":"x"}}', 'audio.sample_rate'],
  ['<!doctype html>', 'JSON'],
])('%s is invalid, and the message says where', (text, where) => {
  const parse = (): unknown => parseModelJson(bytesOf(text), { schema, modelId: 'm' });
  expect(parse).toThrow(where);
  expect(parse).toThrow(expect.objectContaining({ code: 'model-invalid' }) as Error);
});

test('an output that is not float is invalid', () => {
  expect(() => floatsOf({}, { name: undefined, modelId: 'm' })).toThrow('not float');
});
