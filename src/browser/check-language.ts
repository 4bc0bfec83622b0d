// Refuses a language that a chosen model does not have, before anything is fetched for it. Main thread, pure.
import type { LoadScope } from '../agent/agent-runtime.ts';
import type { ResolvedOptions } from '../agent/options.ts';
import { VoiceAgentError } from '../core/errors.ts';
import { knows, toPrimary, UNDETERMINED } from '../core/language.ts';
import { findModel, isPiperVoice } from '../models/catalog.ts';
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
  const wanted = language === UNDETERMINED ? 'auto' : language;
  const others = catalog.models.filter((model) => model.task === task && canServe(model, language));
  const offer =
    others.length > 0
      ? `The catalogue has ${others.map((model) => model.id).join(', ')}: choose it`
      : 'Choose an endpoint that has it';
  throw new VoiceAgentError(
    'unsupported',
    `The model "${id}" has no "${wanted}" (it has ${languages.join(', ')}). ${offer} with ${OPTIONS[task] ?? ''}, or set options.language.`,
    { details: { feature: `language "${wanted}" with ${id}` } },
  );
}

/** Of `und`, whether a recogniser tells which it hears; of other models that is known with each turn. */
export function hasLanguage({ task, files, languages }: CatalogModel, language: string): boolean {
  if (knows(languages, language)) return true;
  if (language !== UNDETERMINED) return false;
  return task !== 'stt' || (languages.length > 1 && files.some(isWhispers));
}

/**
 * Whether a model can be offered for a language. Most voices of Piper's are spoken by way of phonemes, and those of other
 * languages than English are under GPL-3: they are for options that name the voice, as are the few that read letters,
 * which are known by their settings alone.
 */
export function canServe(model: CatalogModel, language: string): boolean {
  const isPronounced = ['en', UNDETERMINED].includes(toPrimary(language));
  return hasLanguage(model, language) && (!isPiperVoice(model) || isPronounced);
}

/** No other recogniser has one. */
function isWhispers({ name }: CatalogModel['files'][number]): boolean {
  return name === 'preprocessor_config.json';
}
