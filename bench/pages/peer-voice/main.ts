// kokoro-js alone, as a page would load it: how long until it has spoken its first word. Main thread.
import { wrap } from 'comlink';
import type { KokoroJsService } from '../../workers/kokoro-js.worker.ts';

/** Called by the launcher. */
export interface PeerVoice {
  /** From the navigation on, in ms. */
  load(options: { threads: number }): Promise<number>;
}

const peerVoice: PeerVoice = {
  async load(options) {
    const peer = wrap<KokoroJsService>(
      new Worker(new URL('../../workers/kokoro-js.worker.ts', import.meta.url), {
        type: 'module',
      }),
    );
    await peer.load(options);
    return performance.now();
  },
};

Object.assign(globalThis, { peerVoice });
