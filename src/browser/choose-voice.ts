// Which voice a device should have: the good one where it keeps up, lighter ones elsewhere. Main thread, pure.
import type { NamedVoice } from '../agent/options.ts';
import { findModel, modelBytes } from '../models/catalog.ts';
import { hasLanguage } from './check-language.ts';
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

/** With it loaded the page's process takes 0.8 GB at its peak (ARCHITECTURE.md). */
const KOKORO_MEMORY_GIB = 4;
/** On less, a neural voice would leave little for the rest. */
const NEURAL_MEMORY_GIB = 1;
/** On fewer it is not worth its download to find out: one thread of two cores took 1.33 s for a second of speech (docs/voices.md). */
const KOKORO_CORES = { withThreads: 2, withoutThreads: 4 } as const;

/** A named voice, a model of the catalogue, or `none`. */
export function chooseVoice(evidence: Evidence): Picked<string> {
  const { catalog, language, probe } = evidence;
  const isServed = (voice: NamedVoice): boolean => {
    const model = catalog.models.find(({ id }) => id === VOICE_MODELS[voice]);
    return model !== undefined && hasLanguage(model, language);
  };
  const [hasKokoro, hasPiper] = [isServed('kokoro'), isServed('piper')];
  const hasFlite = isServed('flite');
  const { memoryGib } = probe;
  if (hasFlite && memoryGib !== null && memoryGib < NEURAL_MEMORY_GIB) {
    return { engine: 'flite', reason: `${tellMemory(memoryGib)}: the smallest voice.` };
  }
  if (hasKokoro && hasPiper) return chooseOfBoth(evidence);
  if (hasKokoro || hasPiper) {
    const engine = hasKokoro ? 'kokoro' : 'piper';
    return { engine, reason: 'It is the only neural voice of this site.' };
  }
  const own = catalog.models.find(
    (model) => model.task === 'tts' && !isNamed(model.id) && hasLanguage(model, language),
  );
  if (own !== undefined) return { engine: own.id, reason: 'It is the voice of this site.' };
  if (hasFlite) return { engine: 'flite', reason: 'It is the only voice of this site.' };
  return { engine: 'none', reason: 'No voice here speaks the language: answers are shown.' };
}

function isNamed(modelId: string): boolean {
  return Object.values(VOICE_MODELS).includes(modelId);
}

/** What was measured decides. Where nothing was, the light voice speaks until the good one was tried. */
function chooseOfBoth(evidence: Evidence): Picked<'kokoro' | 'piper'> {
  const { kokoroRtf } = evidence;
  if (kokoroRtf !== null) {
    const figure = `${kokoroRtf.toFixed(2)} s for a second of speech`;
    return kokoroRtf <= KEEPS_UP_RTF
      ? { engine: 'kokoro', reason: `This device keeps up with it: it took ${figure}.` }
      : { engine: 'piper', reason: `Kokoro is too slow for this device: it took ${figure}.` };
  }
  const obstacle = findObstacle(evidence);
  if (obstacle !== null) return { engine: 'piper', reason: `${obstacle}: the light voice.` };
  const reason =
    'It is ready sooner. Kokoro sounds better: it is tried meanwhile, and takes over if this device keeps up with it.';
  return { engine: 'piper', reason, better: 'kokoro' };
}

/** What speaks against trying the good voice; null when nothing does. */
function findObstacle({ probe, catalog }: Evidence): string | null {
  const { cores, memoryGib, hasSharedMemory, freeBytes } = probe;
  if (memoryGib !== null && memoryGib < KOKORO_MEMORY_GIB) return tellMemory(memoryGib);
  const bytes = modelBytes(findModel(catalog, VOICE_MODELS.kokoro));
  if (freeBytes !== null && freeBytes < bytes) return 'There is no room to keep the good one';
  const { withThreads, withoutThreads } = KOKORO_CORES;
  if (cores >= (hasSharedMemory ? withThreads : withoutThreads)) return null;
  const where = hasSharedMemory ? '' : ' on a page without shared memory';
  return `${cores} ${cores === 1 ? 'core is' : 'cores are'} few for the good voice${where}`;
}

function tellMemory(memoryGib: number): string {
  return `The browser tells of ${memoryGib} GB of memory`;
}
