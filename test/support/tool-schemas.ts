// Random schemas of the kind that a model on the device can follow, and values that fit them. In Node.
import fc from 'fast-check';

export type Schema = Readonly<Record<string, unknown>>;

interface Case {
  readonly schema: Schema;
  readonly value: fc.Arbitrary<unknown>;
}

const name = fc.oneof(
  fc.constantFrom('a', 'ab', 'abc', 'city', 'a "quoted" one', 'a/b', 'größe'),
  fc.string({ minLength: 1, maxLength: 6 }).filter((word) => word !== '__proto__'),
);

const leaf: fc.Arbitrary<Case> = fc.oneof(
  fc.constant({
    schema: { type: 'string', description: 'Words.' },
    value: fc.string({ unit: 'grapheme' }),
  }),
  fc.uniqueArray(name, { minLength: 1, maxLength: 4 }).map((words) => ({
    schema: { type: 'string', enum: words },
    value: fc.constantFrom(...words),
  })),
  fc.constant({ schema: { type: 'integer' }, value: fc.integer() }),
  fc.constant({
    schema: { type: 'number' },
    value: fc.integer({ min: -9e8, max: 9e8 }).map((value) => value / 1024),
  }),
  fc.constant({ schema: { type: 'boolean' }, value: fc.boolean() }),
);

const any: fc.Arbitrary<Case> = fc.letrec<{ any: Case }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small', maxDepth: 3 },
    leaf,
    tie('any').map((item) => ({
      schema: { type: 'array', items: item.schema },
      value: fc.array(item.value, { maxLength: 3 }),
    })),
    objectOf(tie('any')),
  ),
})).any;

function objectOf(member: fc.Arbitrary<Case>): fc.Arbitrary<Case> {
  const members = fc.uniqueArray(fc.tuple(name, member, fc.boolean()), {
    maxLength: 4,
    selector: ([key]) => key,
  });
  return members.map((all) => {
    const required = all.filter(([, , isRequired]) => isRequired).map(([key]) => key);
    return {
      schema: {
        type: 'object',
        properties: Object.fromEntries(all.map(([key, { schema }]) => [key, schema])),
        required,
      },
      value: fc.record(Object.fromEntries(all.map(([key, { value }]) => [key, value])), {
        requiredKeys: required,
        noNullPrototype: true,
      }),
    };
  });
}

/** Of the arguments of a tool, and such arguments. */
export const toolSchemas: fc.Arbitrary<Case> = objectOf(any);

/** JSON as models of the Hermes kind write it, members in the order of the schema. */
export function toSpacedJson(value: unknown, schema: Schema): string {
  if (Array.isArray(value)) {
    const items = value.map((item) => toSpacedJson(item, schema['items'] as Schema));
    return `[${items.join(', ')}]`;
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(schema['properties'] as Readonly<Record<string, Schema>>)
    .filter(([key]) => Object.hasOwn(value, key))
    .map(([key, member]) => {
      const json = toSpacedJson((value as Record<string, unknown>)[key], member);
      return `${JSON.stringify(key)}: ${json}`;
    });
  return `{${members.join(', ')}}`;
}
