// Threads for an engine's kernels, done without where they do not start. Worker only.
import { messageOf } from '../../../src/core/errors.ts';
import type { Logger } from '../../../src/core/logger.ts';
import { startHelperThreads } from './helper-threads.ts';
import type { Team } from './helper-threads.ts';

/** Ends the threads beside this one. Rejects with the signal's reason alone. */
export async function startThreads(
  team: Team,
  { threads, logger, signal }: { threads: number; logger: Logger; signal: AbortSignal },
): Promise<() => void> {
  if (threads < 2) return () => undefined;
  try {
    return await startHelperThreads(team, { count: threads - 1, signal });
  } catch (error) {
    signal.throwIfAborted();
    logger.log('warn', 'engine runs on one thread', { reason: messageOf(error) });
    return () => undefined;
  }
}
