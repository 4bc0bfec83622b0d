// Checks a model catalogue that came as JSON, before anything trusts its names or hashes. Portable.
import * as v from 'valibot';
import { VoiceAgentError } from '../core/errors.ts';
import { MODEL_BACKENDS, MODEL_MAKERS, MODEL_TASKS } from './catalog.ts';
import type { ModelCatalog } from './catalog.ts';

const text = v.pipe(v.string(), v.nonEmpty('must not be empty'));
/** Ids and file names become folders, files and URLs: no separators, no leading dot. */
const pathSegment = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9_][\w.-]*$/u, 'must be letters, digits, "_", "-" and "." only'),
);
const byteCount = v.pipe(v.number(), v.safeInteger('must be a whole number'), v.minValue(1));
const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/u, 'must be 64 hex digits, lower case'));

const packageSource = v.strictObject({
  kind: v.picklist(['npm', 'pypi']),
  package: text,
  version: v.pipe(v.string(), v.regex(/^\d[\w.+-]*$/u, 'must be one exact version')),
  packageBytes: byteCount,
  path: text,
});
const source = v.union([
  v.strictObject({ kind: v.literal('url'), url: v.pipe(v.string(), v.url('must be a URL')) }),
  packageSource,
  v.strictObject({
    kind: v.literal('concat'),
    parts: v.pipe(v.array(packageSource), v.minLength(1)),
  }),
  v.strictObject({
    kind: v.literal('made'),
    maker: v.picklist(MODEL_MAKERS),
    argument: text,
    parts: v.pipe(v.array(packageSource), v.minLength(1)),
  }),
]);

const part = v.strictObject({ name: pathSegment, bytes: byteCount, sha256 });
const file = v.pipe(
  v.strictObject({
    name: pathSegment,
    bytes: byteCount,
    sha256,
    parts: v.optional(v.array(part)),
    sources: v.array(source),
  }),
  v.check(
    ({ bytes, parts }) =>
      parts === undefined || bytes === parts.reduce((sum, each) => sum + each.bytes, 0),
    'must be as long as its parts together',
  ),
);

const model = v.strictObject({
  id: pathSegment,
  name: text,
  task: v.picklist(MODEL_TASKS),
  licence: text,
  note: v.string(),
  languages: v.pipe(v.array(text), v.minLength(1)),
  backends: v.pipe(v.array(v.picklist(MODEL_BACKENDS)), v.minLength(1)),
  preload: v.boolean(),
  files: v.pipe(
    v.array(file),
    v.minLength(1),
    v.check((files) => isDistinct(files.map(({ name }) => name)), 'must not name a file twice'),
  ),
});

const catalog = v.strictObject({
  version: v.literal(1),
  models: v.pipe(
    v.array(model),
    v.check((models) => isDistinct(models.map(({ id }) => id)), 'must not use an id twice'),
  ),
});

/**
 * The catalogue in `json`, a parsed JSON value. Throws `invalid-data` whose reason is the path of
 * the first wrong value and what is wrong with it, such as `models.0.files.1.bytes: ...`.
 */
export function parseCatalog(json: unknown): ModelCatalog {
  const result = v.safeParse(catalog, json);
  if (result.success) return result.output;
  const issue = result.issues[0];
  const reason = `${v.getDotPath(issue) ?? 'the whole'}: ${issue.message}`;
  throw new VoiceAgentError('invalid-data', `The model catalogue is not valid. ${reason}.`, {
    details: { what: 'model catalogue', reason },
  });
}

function isDistinct(names: readonly string[]): boolean {
  return new Set(names).size === names.length;
}
