import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Automaton } from '../../../../workers/runtimes/tool-calls/automaton.ts';
import { toArgumentsGrammar } from '../../../../workers/runtimes/tool-calls/schema-grammar.ts';
import { toolSchemas, toSpacedJson } from '../../../support/tool-schemas.ts';
import type { Schema } from '../../../support/tool-schemas.ts';

/** The bytes of the shortest end behind `json`; null where it does not fit. */
function leastBehind(schema: Schema, json: string): number | null {
  const automaton = new Automaton(toArgumentsGrammar('tool', schema));
  let state: { readonly leastBytes: number } | null = automaton.start;
  for (const byte of new TextEncoder().encode(json)) {
    if (state !== null) state = automaton.step(state, byte);
  }
  return state?.leastBytes ?? null;
}

/**
 * Control characters other than those with a letter are beyond it, and written in another way by nobody: `\\u` behind an
 * even number of backslashes. Names hold none, so that there is always a value to be found.
 */
const isPlain = (json: string): boolean =>
  !/(?<!\\)(?:\\\\)*\\u|\u007f/u.test(json) && json.isWellFormed();

test('every value that fits a schema can be written', () => {
  const pairs = toolSchemas.chain(({ schema, value }) =>
    fc.tuple(fc.constant(schema), value.map((each) => toSpacedJson(each, schema)).filter(isPlain)),
  );
  const lengths: number[] = [];
  fc.assert(
    fc.property(pairs, ([schema, json]) => {
      lengths.push(json.length);
      expect(leastBehind(schema, json)).toBe(0);
    }),
    { numRuns: 500 },
  );
  expect(Math.max(...lengths)).toBeGreaterThan(100);
});

const CITY: Schema = { type: 'object', properties: { city: { type: 'string' } } };
const ONE_OF_THREE: Schema = {
  properties: { a: { type: 'integer' }, b: { type: 'integer' }, c: { type: 'integer' } },
  required: ['b'],
};

test.for([
  [CITY, '{}', 0],
  [CITY, '{"city": "', 2],
  [CITY, '{"city": "Z\u00fcrich', 2],
  [CITY, '{"city": "\\', 3],
  [CITY, '{"city": "\\u', null],
  [CITY, '{"city": "a\n', null],
  [CITY, '{ ', null],
  [CITY, '{"town', null],
  [{ ...CITY, required: ['city'] }, '{}', null],
  [{ ...CITY, required: ['city'] }, '', '{"city": ""}'.length],
  [ONE_OF_THREE, '{"b": 1}', 0],
  [ONE_OF_THREE, '{"a": 1, "b": 1, "c": 1}', 0],
  [ONE_OF_THREE, '{"b": 1, "c": 1}', 0],
  [ONE_OF_THREE, '{"a": 1, "c', null],
  [ONE_OF_THREE, '{"b": 1, "a', null],
  [ONE_OF_THREE, '{"b": -', 2],
  [ONE_OF_THREE, '{"b": 01', null],
  [ONE_OF_THREE, '{"b": 1.', null],
  [ONE_OF_THREE, `{"b": ${'9'.repeat(15)}}`, 0],
  [ONE_OF_THREE, `{"b": ${'9'.repeat(16)}`, null],
  [{ properties: { n: { type: 'number' } } }, '{"n": -0.25', 1],
  [{ properties: { n: { type: 'number' } } }, '{"n": 1e', null],
  [{ properties: { n: { enum: ['red', 'redder'] } } }, '{"n": "red"', 1],
  [{ properties: { n: { enum: ['red', 'redder'] } } }, '{"n": "redd', 4],
  [{ properties: { n: { enum: ['red', 'redder'] } } }, '{"n": "g', null],
  [{}, '{', 1],
  [{ type: 'object', additionalProperties: true }, '{"', null],
] as const)('%j after %s', ([schema, json, least]) => {
  expect(leastBehind(schema, json)).toBe(least);
});

test.for([
  [{ properties: { n: { type: 'integer', minimum: 1 } } }, '/properties/n/minimum'],
  [{ properties: { n: { type: ['string', 'null'] } } }, '/properties/n'],
  [{ properties: { n: {} } }, '/properties/n'],
  [{ properties: { n: { enum: ['a', 1] } } }, '/properties/n/enum'],
  [{ properties: { n: { type: 'string', pattern: '^a' } } }, '/properties/n/pattern'],
  [{ properties: { 'a/b': { type: 'array' } } }, '/properties/a~1b/items'],
  [{ properties: { n: { type: 'array', items: { $ref: '#' } } } }, '/properties/n/items'],
  [{ properties: {}, required: ['n'] }, '/required'],
  [{ type: 'object', anyOf: [] }, '/anyOf'],
  [{ type: 'string' }, ''],
] as const)('%j is refused, and the error says where', ([schema, path]) => {
  expect(() => toArgumentsGrammar('look', schema)).toThrow(
    expect.objectContaining({
      code: 'invalid-data',
      message: expect.stringContaining(`"${path}" of the parameters of "look"`) as string,
    }),
  );
});
