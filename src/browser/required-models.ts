// Which catalogue models a set of options needs, stage by stage. Main thread, pure.
import type { LoadScope } from '../agent/agent-runtime.ts';
import type { ResolvedOptions } from '../agent/options.ts';
import type { RequiredModel } from '../agent/voice-agent-api.ts';
import { knows, toPrimary } from '../core/language.ts';
import { findModel, isPiperVoice, isSet, modelBytes } from '../models/catalog.ts';
import type { ModelCatalog } from '../models/catalog.ts';

/**
 * Sizes are what is fetched: of a set of voices, or of lexicons, the one in use.
 * @param baseUrl of the page
 */
export function requiredModels(
  catalog: ModelCatalog,
  options: ResolvedOptions,
  baseUrl: string = document.baseURI,
): readonly RequiredModel[] {
  const ids = [...requiredModelIds(options), ...phonemeModelIds(catalog, options)];
  return ids.map((id) => {
    const model = findModel(catalog, id);
    const { name, licence, note, task } = model;
    const bytes = isSet(model) ? (model.files[0]?.bytes ?? 0) : modelBytes(model);
    const source = new URL(`${options.modelsUrl}${id}/`, baseUrl).href;
    return { id, name, licence, note, task, source, bytes };
  });
}

/** What a load has to wait for: to answer in words the language model is enough. */
export function modelsOf(
  scope: LoadScope,
  catalog: ModelCatalog,
  options: ResolvedOptions,
): readonly RequiredModel[] {
  const models = requiredModels(catalog, options);
  return scope === 'all' ? models : models.filter(({ task }) => task === 'llm');
}

/** Those of `first`, and behind them, marked, what is needed later besides; each once. */
export function withLater(
  first: readonly RequiredModel[],
  later: readonly RequiredModel[],
): readonly RequiredModel[] {
  const models = new Map(first.map((model) => [model.id, model]));
  for (const model of later) {
    if (!models.has(model.id)) models.set(model.id, { ...model, isLater: true });
  }
  return [...models.values()];
}

/** Catalogue ids, without those of the phonemes. */
export function requiredModelIds({ engines }: ResolvedOptions): string[] {
  const ids: string[] = engines.vad === 'energy' ? [] : ['silero-vad'];
  if (engines.wake !== 'transcript') ids.push(engines.wake.modelId);
  const recogniserId = sttModelId(engines);
  if (recogniserId !== null) ids.push(recogniserId);
  if (engines.turn === 'smart-turn') ids.push('smart-turn-v3.2');
  if (engines.llm.kind === 'local') ids.push(engines.llm.modelId);
  if (engines.tts === 'kokoro') ids.push('kokoro-82m', 'kokoro-voices-en');
  if (engines.tts === 'piper') ids.push('piper-en-us-joe');
  if (engines.tts === 'flite') ids.push('flite-en');
  if (typeof engines.tts === 'object' && engines.tts.kind === 'local')
    ids.push(engines.tts.modelId);
  return ids;
}

/** Null of a recogniser elsewhere. */
export function sttModelId({ stt }: ResolvedOptions['engines']): string | null {
  if (stt === 'moonshine') return 'moonshine-tiny-en';
  return stt.kind === 'local' ? stt.modelId : null;
}

/** Of the voice's languages. None where a site serves no lexicon: English voices take eSpeak. */
function phonemeModelIds(catalog: ModelCatalog, options: ResolvedOptions): string[] {
  const isEspeak = options.voice.phonemes === 'espeak';
  const spoken = spokenLanguages(catalog, options).filter(
    (language) => !(isEspeak && toPrimary(language) === 'en'),
  );
  return catalog.models
    .filter(
      ({ task, languages }) => task === 'phonemes' && spoken.some((one) => knows(languages, one)),
    )
    .map(({ id }) => id);
}

/** Of a voice that takes phonemes from here; a voice of any language speaks the conversation's. */
function spokenLanguages(
  catalog: ModelCatalog,
  { engines: { tts }, language }: ResolvedOptions,
): readonly string[] {
  if (tts === 'kokoro' || tts === 'piper') return ['en'];
  if (typeof tts !== 'object' || tts.kind !== 'local') return [];
  const model = findModel(catalog, tts.modelId);
  if (!isPiperVoice(model)) return [];
  return model.languages.includes('*') ? [language] : model.languages;
}
