// How quick a language model in a worker is. Main thread.
import type { Clock } from '../core/clock.ts';
import { VoiceAgentError } from '../core/errors.ts';
import { measureInWorker } from './measure-in-worker.ts';

/** Of some thirty tokens. One that makes less than one in a second is told by that. */
const TRIAL_LIMIT_MS = 30_000;

/** How quick the model behind `openPort` is: as {@link measureInWorker}, and no end where it is far too slow. */
export async function tryModel(
  openPort: () => Promise<MessagePort>,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<number | null> {
  try {
    return await measureInWorker(openPort, { clock, signal, limitMs: TRIAL_LIMIT_MS });
  } catch (error) {
    if (VoiceAgentError.is(error) && error.code === 'worker-timeout') return Infinity;
    throw error;
  }
}
