// Has an engine in a worker of its own measured there. Main thread.
import { wrap } from 'comlink';
import { withDeadline } from '../core/abort.ts';
import type { Clock } from '../core/clock.ts';
import { VoiceAgentError } from '../core/errors.ts';
import type { LlmService, TtsService } from '../engines/services.ts';

export interface MeasureOptions {
  readonly clock: Clock;
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

/** The service's other caller counts from 1. */
const MEASURE_ID = 0;

/**
 * Seconds of computing for a second of speech; null where the engine does not tell. Rejects as `openPort`, with
 * `worker-timeout`, or with the signal's reason: the worker stops within a step of its model then.
 */
export async function measureInWorker(
  openPort: () => Promise<MessagePort>,
  { clock, limitMs, signal }: MeasureOptions,
): Promise<number | null> {
  const port = await openPort();
  const service = wrap<TtsService | LlmService>(port);
  try {
    const toTimeoutError = (): VoiceAgentError => createTimeoutError(limitMs);
    const options = { clock, limitMs, toTimeoutError, signal };
    return (await withDeadline(service.measureRtf(MEASURE_ID), options)) ?? null;
  } catch (error) {
    // The worker answers nobody.
    void service.cancel(MEASURE_ID);
    throw error;
  } finally {
    port.close();
  }
}

function createTimeoutError(waitedMs: number): VoiceAgentError {
  return new VoiceAgentError(
    'worker-timeout',
    `An engine that was tried did not get through a sentence within ${waitedMs} ms. The agent goes on with a lighter one where there is one.`,
    { details: { worker: 'trial', waitedMs }, retryable: true },
  );
}
