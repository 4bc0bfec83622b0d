// Tells a worker's supervisor of what cannot be interrupted: a model's run, a disk at work. Worker or page.
import { announceBusy } from '../../src/rpc/expose-worker.ts';

/** The longest single run: the encoder of a large Whisper on one thread. */
const MAX_RUN_MS = 60_000;

/** One run that keeps this thread to itself. */
export function runBlocking<T>(run: () => T): T {
  const end = announceRun();
  try {
    return run();
  } finally {
    end();
  }
}

/** As {@link runBlocking}, for a runtime that answers by a promise. */
export async function runBlockingLater<T>(run: () => Promise<T>): Promise<T> {
  const end = announceRun();
  try {
    return await run();
  } finally {
    end();
  }
}

/** A page is supervised by nobody. */
function announceRun(): () => void {
  if (!('WorkerGlobalScope' in globalThis)) return () => undefined;
  return announceBusy(globalThis, { maxMs: MAX_RUN_MS });
}
