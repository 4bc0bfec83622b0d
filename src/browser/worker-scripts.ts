// Where the workers' and worklets' scripts are: the one place whose literals the bundler reads.
// Main thread.
import captureWorkletUrl from '../../workers/worklets/capture.worklet.ts?worker&url';
import playbackWorkletUrl from '../../workers/worklets/playback.worklet.ts?worker&url';

export const WORKLET_URLS: { readonly capture: string; readonly playback: string } = {
  capture: captureWorkletUrl,
  playback: playbackWorkletUrl,
};

export type WorkerName = 'store' | 'turn' | 'listen' | 'end-of-turn' | 'think' | 'speak';

/** `new Worker(new URL(literal))` in this very form is what makes the bundler build the script. */
export function createWorker(name: WorkerName): Worker {
  switch (name) {
    case 'store':
      return new Worker(new URL('../../workers/store.worker.ts', import.meta.url), {
        type: 'module',
        name: 'parley-store',
      });
    case 'turn':
      return new Worker(new URL('../../workers/turn.worker.ts', import.meta.url), {
        type: 'module',
        name: 'parley-turn',
      });
    case 'listen':
      return new Worker(new URL('../../workers/listen.worker.ts', import.meta.url), {
        type: 'module',
        name: 'parley-listen',
      });
    case 'end-of-turn':
      return new Worker(new URL('../../workers/end-of-turn.worker.ts', import.meta.url), {
        type: 'module',
        name: 'parley-end-of-turn',
      });
    case 'think':
      return new Worker(new URL('../../workers/think.worker.ts', import.meta.url), {
        type: 'module',
        name: 'parley-think',
      });
    case 'speak':
      return new Worker(new URL('../../workers/speak.worker.ts', import.meta.url), {
        type: 'module',
        name: 'parley-speak',
      });
  }
}
