// Waits for a reply's last sample to be played. Runs in the turn worker; portable.
import { createDeferred } from '../core/deferred.ts';
import type { Clock } from '../core/clock.ts';
import type { AudioOutput, PlaybackCursor } from '../core/contracts/audio-io.ts';
import { VoiceAgentError } from '../core/errors.ts';

/** The play cursor must move at least this often while there is audio to play and nobody holds it. */
const STALL_MS = 5_000;

export interface PlayoutWait {
  readonly generation: number;
  /** Samples to be played, and how many are known to have been. */
  readonly totalSamples: number;
  readonly playedSamples: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Rejects with the signal's reason, or `audio-unavailable` when the cursor stands still too long. */
export async function waitForPlayout(output: AudioOutput, wait: PlayoutWait): Promise<void> {
  const { clock, signal, generation } = wait;
  const done = createDeferred();
  let cancelStall = noop;
  const watchStall = (): void => {
    cancelStall();
    cancelStall = clock.schedule(() => {
      if (output.cursor.gate === 'held') watchStall();
      else done.reject(stalled());
    }, STALL_MS);
  };
  const check = (cursor: PlaybackCursor): void => {
    if (cursor.generation !== generation) return;
    if (cursor.playedSamples >= wait.totalSamples) done.resolve();
    watchStall();
  };
  const handleAbort = (): void => done.reject(signal.reason);
  const detach = output.onCursor(check);
  signal.addEventListener('abort', handleAbort, { once: true });
  check({ ...output.cursor, generation, playedSamples: wait.playedSamples });
  try {
    if (!signal.aborted) await done.promise;
  } finally {
    cancelStall();
    detach();
    signal.removeEventListener('abort', handleAbort);
  }
}

function noop(): void {
  return undefined;
}

function stalled(): VoiceAgentError {
  return new VoiceAgentError(
    'audio-unavailable',
    'The loudspeaker stopped taking audio. Check the output device, or touch the page once to allow sound.',
    { details: { reason: `no sample was played for ${STALL_MS} ms` }, retryable: true },
  );
}
