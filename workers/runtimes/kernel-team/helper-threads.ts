// The other threads of a team: workers of the worker that owns it. Worker only.
import { withDeadline } from '../../../src/core/abort.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { VoiceAgentError } from '../../../src/core/errors.ts';
import type { TeamMember } from './kernel-team.ts';

const START_DEADLINE_MS = 10_000;

/** Whatever it computes. */
export interface Team {
  invite(): TeamMember;
}

/**
 * Starts `count` more threads for a team; rejects with what went wrong, or with the signal's reason, and leaves none
 * behind then. Needs cross-origin isolation. The result ends them.
 */
export async function startHelperThreads(
  team: Team,
  { count, signal }: { count: number; signal: AbortSignal },
): Promise<() => void> {
  const workers: Worker[] = [];
  const stop = (): void => {
    for (const worker of workers) worker.terminate();
  };
  try {
    for (let index = 0; index < count; index++) {
      const worker = new Worker(new URL('../../kernel.worker.ts', import.meta.url), {
        type: 'module',
        name: 'parley-kernel',
      });
      workers.push(worker);
    }
    const ready = Promise.all(workers.map(isReady));
    for (const worker of workers) worker.postMessage(team.invite());
    await withDeadline(ready, {
      clock: systemClock,
      limitMs: START_DEADLINE_MS,
      toTimeoutError: () =>
        new VoiceAgentError('worker-timeout', 'The threads of an engine did not start.', {
          details: { worker: 'kernel', waitedMs: START_DEADLINE_MS },
        }),
      signal,
    });
    return stop;
  } catch (error) {
    stop();
    throw error;
  }
}

function isReady(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.onmessage = () => {
      resolve();
    };
    worker.onerror = (event) => {
      reject(new Error(event.message));
    };
  });
}
