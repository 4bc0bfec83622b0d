// Which voice a device should have: the good one where it keeps up, the light one elsewhere. Main thread, pure.
import { hasLanguage } from './check-language.ts';
import type { Evidence, Pick } from './choice-evidence.ts';

export type LocalVoice = 'kokoro' | 'piper';

/** Which model of the catalogue each is, the better one first. */
export const VOICE_MODELS: Readonly<Record<LocalVoice, string>> = {
  kokoro: 'kokoro-82m',
  piper: 'piper-en-us-joe',
};

/** With it loaded the page's process takes 0.8 GB at its peak (ARCHITECTURE.md). */
const KOKORO_MEMORY_GIB = 4;
/** With one thread of this many cores' time it takes longer to make speech than to play it (docs/voices.md). */
const KOKORO_CORES = { withThreads: 2, withoutThreads: 4 } as const;

export function chooseVoice({ probe, catalog, language }: Evidence): Pick<LocalVoice | 'none'> {
  const isServed = (voice: LocalVoice): boolean => {
    const model = catalog.models.find(({ id }) => id === VOICE_MODELS[voice]);
    return model !== undefined && hasLanguage(model, language);
  };
  const [hasKokoro, hasPiper] = [isServed('kokoro'), isServed('piper')];
  if (!hasKokoro && !hasPiper) {
    return { engine: 'none', reason: 'No voice here speaks the language: answers are shown.' };
  }
  if (!hasKokoro || !hasPiper) {
    return { engine: hasKokoro ? 'kokoro' : 'piper', reason: 'It is the only voice of this site.' };
  }
  const obstacle = findObstacle(probe);
  if (obstacle !== null) return { engine: 'piper', reason: `${obstacle}: the light voice.` };
  return { engine: 'kokoro', reason: 'It sounds best, and this device should keep up with it.' };
}

/** What speaks against the good voice, before it was measured; null when nothing does. */
function findObstacle({ cores, memoryGib, hasSharedMemory }: Evidence['probe']): string | null {
  if (memoryGib !== null && memoryGib < KOKORO_MEMORY_GIB) {
    return `The browser tells of ${memoryGib} GB of memory`;
  }
  const { withThreads, withoutThreads } = KOKORO_CORES;
  if (cores >= (hasSharedMemory ? withThreads : withoutThreads)) return null;
  const where = hasSharedMemory ? '' : ' on a page without shared memory';
  return `${cores} ${cores === 1 ? 'core is' : 'cores are'} few for the good voice${where}`;
}
