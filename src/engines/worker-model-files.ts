// Model files from the store's worker, as an engine asks for them. Portable.
import type { Clock } from '../core/clock.ts';
import type { ModelFiles } from '../core/contracts/model-files.ts';
import { VoiceAgentError } from '../core/errors.ts';
import { WorkerLink } from '../rpc/worker-link.ts';
import type { ModelStoreService } from './services.ts';

/** A download may be paused for a night; that one stalls is noticed where the bytes come in. */
const READ_LIMIT_MS = 24 * 3_600_000;
/** A store that was lost this often while it read one file will not manage. */
const TRIES = 3;

export class WorkerModelFiles implements ModelFiles {
  readonly #link: WorkerLink<ModelStoreService>;

  constructor({ clock }: { readonly clock: Clock }) {
    this.#link = new WorkerLink({ name: 'store', clock });
  }

  /** Connects to a (new) store: reads wait for the first one, and are asked again of each that follows. */
  attach(port: MessagePort): void {
    this.#link.attach(port);
  }

  async read(
    modelId: string,
    fileName: string,
    { signal }: { signal: AbortSignal },
  ): Promise<ArrayBuffer> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#readOnce(modelId, fileName, signal);
      } catch (error) {
        const isLost = VoiceAgentError.is(error) && error.code === 'worker-crashed';
        if (!isLost || tries === TRIES) throw error;
      }
    }
  }

  async #readOnce(modelId: string, fileName: string, signal: AbortSignal): Promise<ArrayBuffer> {
    // The store serves other workers too, and knows its callers by nothing else.
    const requestId = Math.random();
    const handleAbort = (): void => void this.#link.remote?.cancel(requestId);
    signal.addEventListener('abort', handleAbort, { once: true });
    try {
      return await this.#link.call((store) => store.read(requestId, modelId, fileName), {
        signal,
        limitMs: READ_LIMIT_MS,
      });
    } finally {
      signal.removeEventListener('abort', handleAbort);
    }
  }
}
