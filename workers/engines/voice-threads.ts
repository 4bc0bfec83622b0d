// Threads for a voice's kernels, done without where they do not start. In the speak worker.
import { messageOf } from '../../src/core/errors.ts';
import type { Logger } from '../../src/core/logger.ts';
import { startHelperThreads } from '../runtimes/vocoder/helper-threads.ts';
import type { KernelTeam } from '../runtimes/vocoder/kernel-team.ts';

/** Ends the threads beside this one. Rejects with the signal's reason alone. */
export async function startVoiceThreads(
  team: KernelTeam,
  { threads, logger, signal }: { threads: number; logger: Logger; signal: AbortSignal },
): Promise<() => void> {
  if (threads < 2) return () => undefined;
  try {
    return await startHelperThreads(team, { count: threads - 1, signal });
  } catch (error) {
    signal.throwIfAborted();
    logger.log('warn', 'voice runs on one thread', { reason: messageOf(error) });
    return () => undefined;
  }
}
