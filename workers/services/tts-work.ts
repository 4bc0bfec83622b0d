// What serving a voice takes in a worker: a supervisor that knows of long runs, and the output's rate. Speak worker.
import { systemClock } from '../../src/core/clock.ts';
import { toRate } from '../../src/core/tts-rate.ts';
import type { TtsHostWork } from '../../src/engines/tts-host.ts';
import { whileBusy } from '../../src/rpc/expose-worker.ts';
import { measureRtf } from '../engines/measure-rtf.ts';

/** A whole request, at most: kernels of our own let messages in every 30 ms of it, libraries after a run. */
const MAX_RUN_MS = 90_000;

export function createTtsWork(scope: { postMessage(message: unknown): void }): TtsHostWork {
  return {
    whileBusy: (work) => whileBusy(scope, { maxMs: MAX_RUN_MS }, work),
    toRate,
    measureRtf: (engine, signal) => measureRtf(engine, { clock: systemClock, signal }),
  };
}
