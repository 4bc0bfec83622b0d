// What keeps the machine busy while audio is measured. Main thread.
import { systemClock } from '../../../src/core/clock.ts';
import type { SpeakConfig } from '../../../src/engines/worker-configs.ts';
import { WorkerTts } from '../../../src/engines/worker-tts.ts';
import { blockMainThread } from '../../../talk/page/block-main-thread.ts';
import { loadStage } from '../product-engines.ts';

export type LoadKind = 'nothing else' | 'a voice at work' | 'a CPU hog' | 'a busy main thread';

const TEXT =
  'The morning train left the station a little before seven. The last passengers were still finding their seats.';

/** Resolves when the load is on; the returned function ends it. */
export async function startLoad(kind: LoadKind): Promise<() => void> {
  switch (kind) {
    case 'nothing else':
      return () => undefined;
    case 'a busy main thread':
      return blockMainThread();
    case 'a CPU hog':
      return startHogs();
    case 'a voice at work':
      return startVoice();
  }
}

/** One for each core. */
function startHogs(): () => void {
  const hogs = Array.from(
    { length: navigator.hardwareConcurrency },
    () => new Worker(new URL('../../workers/hog.worker.ts', import.meta.url), { type: 'module' }),
  );
  return () => hogs.forEach((hog) => hog.terminate());
}

let voice: WorkerTts | null = null;

/** The product's speak worker on all cores, without a pause. */
async function startVoice(): Promise<() => void> {
  if (voice === null) {
    const threads = navigator.hardwareConcurrency;
    const own = {
      engine: 'kokoro',
      threads,
      voice: null,
      language: 'en',
      phonemes: 'auto',
      backend: 'wasm',
    } as const;
    const { loaded, port } = await loadStage<SpeakConfig>('tts', 'speak', own);
    voice = new WorkerTts({ loaded, clock: systemClock });
    voice.attach(port);
  }
  const controller = new AbortController();
  void speakOnAndOn(voice, controller.signal).catch(() => undefined);
  return () => controller.abort();
}

async function speakOnAndOn(tts: WorkerTts, signal: AbortSignal): Promise<void> {
  for (;;) {
    const chunks = tts.synthesize({ text: TEXT, voice: null, speed: 1, signal });
    const iterator = chunks[Symbol.asyncIterator]();
    while ((await iterator.next()).done !== true);
  }
}
