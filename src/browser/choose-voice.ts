// Which voice a device should have: the good one where it keeps up, lighter ones elsewhere. Main thread, pure.
import type { NamedVoice } from '../agent/options.ts';
import { findModel, modelBytes } from '../models/catalog.ts';
import { canServe, hasLanguage } from './check-language.ts';
import type { Evidence, Picked } from './choice-evidence.ts';
import { KEEPS_UP_RTF } from './rtf-verdicts.ts';

/** Which model of the catalogue each is, the better one first. */
export const VOICE_MODELS: Readonly<Record<NamedVoice, string>> = {
  kokoro: 'kokoro-82m',
  piper: 'piper-en-us-joe',
  flite: 'flite-en',
};

export function isNamedVoice(voice: string): voice is NamedVoice {
  return voice in VOICE_MODELS;
}

/** With it loaded the page takes 1 GB at its peak (docs/benchmarks.md). */
const KOKORO_MEMORY_GIB = 4;
/** On less, a neural voice would leave little for the rest. */
const NEURAL_MEMORY_GIB = 1;
/**
 * On fewer it is not worth its download to find out. Of two cores one thread takes 0.4 to 0.6 s for a second of speech, two
 * take 0.3 to 0.4 (docs/benchmarks.md); the other stages need what is left.
 */
const KOKORO_CORES = 2;

/** A named voice, a model of the catalogue, or `none`. */
export function chooseVoice(evidence: Evidence): Picked<string> {
  const { catalog, language, probe } = evidence;
  const light = lightVoiceOf(evidence);
  const { memoryGib } = probe;
  if (isServed('flite', evidence) && memoryGib !== null && memoryGib < NEURAL_MEMORY_GIB) {
    return { engine: 'flite', reason: `${tellMemory(memoryGib)}: the smallest voice.` };
  }
  if (isServed('kokoro', evidence)) {
    if (light !== null) return chooseOfBoth(light, evidence);
    return { engine: 'kokoro', reason: 'It is the only voice of this site.' };
  }
  if (light === 'piper')
    return { engine: light, reason: 'It is the only neural voice of this site.' };
  const own = catalog.models.find(
    (model) => model.task === 'tts' && !isNamed(model.id) && canServe(model, language),
  );
  if (own !== undefined) return { engine: own.id, reason: 'It is the voice of this site.' };
  if (light !== null) return { engine: light, reason: 'It is the only voice of this site.' };
  return { engine: 'none', reason: 'No voice here speaks the language: answers are shown.' };
}

/** What speaks until Kokoro was measured, and where it does not keep up; null where the site has none. */
export function lightVoiceOf(served: Pick<Evidence, 'catalog' | 'language'>): NamedVoice | null {
  return (['piper', 'flite'] as const).find((voice) => isServed(voice, served)) ?? null;
}

function isServed(
  voice: NamedVoice,
  { catalog, language }: Pick<Evidence, 'catalog' | 'language'>,
): boolean {
  const model = catalog.models.find(({ id }) => id === VOICE_MODELS[voice]);
  return model !== undefined && hasLanguage(model, language);
}

function isNamed(modelId: string): boolean {
  return Object.values(VOICE_MODELS).includes(modelId);
}

/** What was measured decides. Where nothing was, the light voice speaks until the good one was tried. */
function chooseOfBoth(light: NamedVoice, evidence: Evidence): Picked<NamedVoice> {
  const { kokoroRtf } = evidence;
  if (kokoroRtf !== null) {
    const figure = `${kokoroRtf.toFixed(2)} s for a second of speech`;
    return kokoroRtf <= KEEPS_UP_RTF
      ? { engine: 'kokoro', reason: `This device keeps up with it: it took ${figure}.` }
      : { engine: light, reason: `Kokoro is too slow for this device: it took ${figure}.` };
  }
  const obstacle = findObstacle(evidence);
  if (obstacle !== null) return { engine: light, reason: `${obstacle}: the light voice.` };
  const reason =
    'It is ready sooner. Kokoro sounds better: it is tried meanwhile, and takes over if this device keeps up with it.';
  return { engine: light, reason, better: 'kokoro' };
}

/** What speaks against trying the good voice; null when nothing does. */
function findObstacle({ probe, catalog }: Evidence): string | null {
  const { cores, memoryGib, freeBytes } = probe;
  if (memoryGib !== null && memoryGib < KOKORO_MEMORY_GIB) return tellMemory(memoryGib);
  const bytes = modelBytes(findModel(catalog, VOICE_MODELS.kokoro));
  if (freeBytes !== null && freeBytes < bytes) return 'There is no room to keep the good one';
  return cores < KOKORO_CORES ? `${cores} core is too few for the good voice` : null;
}

function tellMemory(memoryGib: number): string {
  return `The browser tells of ${memoryGib} GB of memory`;
}
