// Which catalogue models a set of options needs, stage by stage. Main thread, pure.
import type { ResolvedOptions } from '../agent/options.ts';
import type { RequiredModel } from '../agent/voice-agent-api.ts';
import { findModel, modelBytes } from '../models/catalog.ts';
import type { CatalogModel, ModelCatalog } from '../models/catalog.ts';

/** Sizes are what is fetched: of a set of voices, or of lexicons, the one in use. */
export function requiredModels(
  catalog: ModelCatalog,
  options: ResolvedOptions,
): readonly RequiredModel[] {
  const ids = [...requiredModelIds(options), ...phonemeModelIds(catalog, options)];
  return ids.map((id) => {
    const model = findModel(catalog, id);
    const { name, licence, note } = model;
    const bytes = isSet(model) ? (model.files[0]?.bytes ?? 0) : modelBytes(model);
    return { id, name, licence, note, bytes };
  });
}

/** Catalogue ids, without those of the phonemes. */
export function requiredModelIds({ engines }: ResolvedOptions): string[] {
  const ids = ['silero-vad'];
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

/** None where a site serves no lexicon: its voices take eSpeak. */
function phonemeModelIds({ models }: ModelCatalog, { engines, voice }: ResolvedOptions): string[] {
  const isSpokenHere = engines.tts === 'kokoro' || engines.tts === 'piper';
  if (!isSpokenHere || voice.phonemes === 'espeak') return [];
  return models.filter(({ task }) => task === 'phonemes').map(({ id }) => id);
}

/** Its files stand beside each other, and one of them is enough. */
function isSet({ task }: CatalogModel): boolean {
  return task === 'tts-voice' || task === 'phonemes';
}
