// Refuses a language that a chosen model does not have, before anything is fetched for it. Main thread, pure.
import type { LoadScope } from '../agent/agent-runtime.ts';
import type { ResolvedOptions } from '../agent/options.ts';
import { VoiceAgentError } from '../core/errors.ts';
import { findModel } from '../models/catalog.ts';
import type { CatalogModel, ModelCatalog } from '../models/catalog.ts';
import { requiredModelIds } from './required-models.ts';

/** The option that chooses another model, by task. */
const OPTIONS: Readonly<Partial<Record<CatalogModel['task'], string>>> = {
  stt: 'options.engines.stt',
  llm: 'options.engines.llm',
  tts: 'options.engines.tts',
};

/**
 * A model of another language would hear, think or speak nonsense, so nothing falls back to it. Throws `unsupported`, naming
 * the model, and what the catalogue has for that language.
 */
export function checkLanguage(
  catalog: ModelCatalog,
  options: ResolvedOptions,
  scope: LoadScope,
): void {
  const { language } = options;
  const needed = requiredModelIds(options).map((id) => findModel(catalog, id));
  const lacking = needed.find((model) => {
    const isLoaded = scope === 'all' || model.task === 'llm';
    return isLoaded && OPTIONS[model.task] !== undefined && !hasLanguage(model, language);
  });
  if (lacking === undefined) return;
  const { id, languages, task } = lacking;
  const others = catalog.models.filter(
    (model) => model.task === task && hasLanguage(model, language),
  );
  const offer =
    others.length > 0
      ? `The catalogue has ${others.map((model) => model.id).join(', ')}: choose it`
      : 'Choose an endpoint that has it';
  throw new VoiceAgentError(
    'unsupported',
    `The model "${id}" has no "${language}" (it has ${languages.join(', ')}). ${offer} with ${OPTIONS[task] ?? ''}, or set options.language.`,
    { details: { feature: `language "${language}" with ${id}` } },
  );
}

/** Regions do not count: American and British English understand each other. */
export function hasLanguage({ languages }: CatalogModel, language: string): boolean {
  return languages.some((known) => known === '*' || toPrimary(known) === toPrimary(language));
}

/** The primary subtag of a BCP 47 tag, in lower case: `en` of `en-GB`. */
export function toPrimary(tag: string): string {
  return (tag.split(/[-_]/u)[0] ?? '').toLowerCase();
}
