// The JSON texts that fit a JSON Schema, as a grammar: for the part of JSON Schema that fits in one. Pure, portable.
import { VoiceAgentError } from '../../../src/core/errors.ts';
import { choice, many, noneOf, oneOf, optional, sequence, text, upTo } from './grammar.ts';
import type { Grammar } from './grammar.ts';

type Schema = Readonly<Record<string, unknown>>;

/** Where in the schema of which tool. */
interface Place {
  readonly tool: string;
  /** A JSON Pointer. */
  readonly path: string;
}

/** They say something of a value and ask nothing of it. */
const ANNOTATIONS = [
  ...['$schema', '$comment', 'title', 'description', 'default', 'examples', 'deprecated'],
  ...['readOnly', 'writeOnly'],
];
const KEYWORDS: Readonly<Record<string, readonly string[]>> = {
  // Other properties than the named ones are never written.
  object: ['properties', 'required', 'additionalProperties'],
  array: ['items'],
  string: ['enum'],
  number: [],
  integer: [],
  boolean: [],
};

const CONTROLS = String.fromCharCode(...Array.from({ length: 32 }, (_, code) => code), 127);
const DIGITS = '0123456789';
/** In front of the point and behind it: as many as a double holds exactly. */
const MAX_DIGITS = 15;

const STRING = sequence(
  text('"'),
  many(choice([noneOf(`"\\${CONTROLS}`), sequence(text('\\'), oneOf('"\\/bfnrt'))])),
  text('"'),
);
const INTEGER = sequence(
  optional(text('-')),
  choice([text('0'), sequence(oneOf(DIGITS.slice(1)), upTo(MAX_DIGITS - 1, oneOf(DIGITS)))]),
);
const FRACTION = sequence(text('.'), oneOf(DIGITS), upTo(MAX_DIGITS - 1, oneOf(DIGITS)));

/**
 * Of the arguments of a tool: spaces as most models put them (`{"a": 1, "b": 2}`), properties in the order of the schema. Throws
 * `invalid-data` for a schema that asks for more, with the place in it.
 */
export function toArgumentsGrammar(tool: string, parameters: Schema): Grammar {
  const { type = 'object' } = parameters;
  const place = { tool, path: '' };
  if (type !== 'object') throw refuse(place, 'is of no object');
  return objectOf(parameters, place);
}

function grammarOf(value: unknown, place: Place): Grammar {
  if (typeof value !== 'object' || value === null) throw refuse(place, 'is no object');
  const schema = value as Schema;
  const type: unknown = schema['type'] ?? ('enum' in schema ? 'string' : undefined);
  switch (type) {
    case 'object':
      return objectOf(schema, place);
    case 'array':
      return arrayOf(schema, place);
    case 'string':
      return stringOf(schema, place);
    case 'integer':
      assertKeywords(schema, 'integer', place);
      return INTEGER;
    case 'number':
      assertKeywords(schema, 'number', place);
      return sequence(INTEGER, optional(FRACTION));
    case 'boolean':
      assertKeywords(schema, 'boolean', place);
      return choice([text('true'), text('false')]);
    default:
      throw refuse(place, `has the type ${JSON.stringify(type ?? null)}`);
  }
}

function objectOf(schema: Schema, place: Place): Grammar {
  assertKeywords(schema, 'object', place);
  const { properties = {}, required = [] } = schema;
  if (typeof properties !== 'object' || properties === null)
    throw refuse(inside(place, 'properties'), 'is no object');
  if (!Array.isArray(required)) throw refuse(inside(place, 'required'), 'is no list');
  const names = Object.keys(properties);
  const unknown: unknown = required.find((name) => !names.includes(name as string));
  if (unknown !== undefined)
    throw refuse(inside(place, 'required'), `names ${JSON.stringify(unknown)}, no property`);
  const members = Object.entries(properties).map(([name, value]) => ({
    isRequired: required.includes(name),
    grammar: sequence(
      text(`${JSON.stringify(name)}: `),
      grammarOf(value, inside(place, 'properties', name)),
    ),
  }));
  return sequence(text('{'), membersOf(members), text('}'));
}

/** Commas stand between members that are there: before the first required one behind each, after it in front. */
function membersOf(
  members: readonly { readonly isRequired: boolean; readonly grammar: Grammar }[],
): Grammar {
  const behind = (rest: typeof members): Grammar[] =>
    rest.map(({ isRequired, grammar }) => {
      const member = sequence(text(', '), grammar);
      return isRequired ? member : optional(member);
    });
  const first = members.findIndex(({ isRequired }) => isRequired);
  if (first < 0) {
    const startingAt = members.map(({ grammar }, at) =>
      sequence(grammar, ...behind(members.slice(at + 1))),
    );
    return choice([...startingAt, text('')]);
  }
  const before = members.slice(0, first);
  return sequence(
    ...before.map(({ grammar }) => optional(sequence(grammar, text(', ')))),
    ...members.slice(first, first + 1).map(({ grammar }) => grammar),
    ...behind(members.slice(first + 1)),
  );
}

function arrayOf(schema: Schema, place: Place): Grammar {
  assertKeywords(schema, 'array', place);
  const item = grammarOf(schema['items'], inside(place, 'items'));
  const items = sequence(item, many(sequence(text(', '), item)));
  return sequence(text('['), optional(items), text(']'));
}

function stringOf(schema: Schema, place: Place): Grammar {
  assertKeywords(schema, 'string', place);
  const words = schema['enum'];
  if (words === undefined) return STRING;
  const isOfStrings =
    Array.isArray(words) && words.length > 0 && words.every((word) => typeof word === 'string');
  if (!isOfStrings) throw refuse(inside(place, 'enum'), 'is no list of strings');
  return choice(words.map((word) => text(JSON.stringify(word))));
}

function assertKeywords(schema: Schema, type: string, place: Place): void {
  const known = ['type', ...ANNOTATIONS, ...(KEYWORDS[type] ?? [])];
  const unknown = Object.keys(schema).find((keyword) => !known.includes(keyword));
  if (unknown !== undefined) throw refuse(inside(place, unknown), `is not known of type ${type}`);
}

function inside({ tool, path }: Place, ...keys: readonly string[]): Place {
  const pointers = keys.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`);
  return { tool, path: path + pointers.join('') };
}

function refuse({ tool, path }: Place, what: string): VoiceAgentError {
  const reason = `"${path}" of the parameters of "${tool}" ${what}`;
  return new VoiceAgentError(
    'invalid-data',
    `A model on the device cannot follow the schema of a tool: ${reason}. Make it of objects, arrays, strings, enums of strings, numbers, integers and booleans.`,
    { details: { what: 'tools', reason } },
  );
}
