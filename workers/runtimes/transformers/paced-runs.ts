// Lets a model of transformers.js be interrupted and made to wait between two of its runs. Worker or page.
import { nextMacrotask } from '../../../src/core/macrotask.ts';
import { messageOf } from '../../../src/core/errors.ts';
import { gpuLost } from '../gpu-device.ts';
import type { Gpu } from '../gpu-device.ts';
import { runBlockingLater } from '../blocking-run.ts';
import type { HubModel } from './library.ts';

/**
 * Every run of a model waits for messages to this thread, and then for whoever needs the cores: on WASM the library
 * would compute a whole answer in one task. A run that fails is told by `throwIfFailed`: the library's own queue of
 * runs would stay broken after a rejected one.
 */
export class PacedRuns {
  #mayGoOn: () => Promise<void> = () => Promise.resolve();
  #failure: { readonly error: unknown } | null = null;

  constructor(model: HubModel, gpu: Gpu | null) {
    for (const session of Object.values(model.sessions)) {
      const run = session.run.bind(session);
      session.run = async (feeds) => {
        await nextMacrotask();
        await this.#mayGoOn();
        try {
          return await runBlockingLater(() => run(feeds));
        } catch (error) {
          this.#failure ??= { error: gpu === null ? error : toGpuError(gpu, error) };
          return {};
        }
      };
    }
  }

  /** Of the work that begins now. `mayGoOn` must not reject. */
  begin(mayGoOn?: () => Promise<void>): void {
    this.#mayGoOn = mayGoOn ?? (() => Promise.resolve());
    this.#failure = null;
  }

  throwIfFailed(): void {
    if (this.#failure !== null) throw this.#failure.error;
  }
}

/** A run that fails says it in the runtime's words, and before the device says that it is lost. */
function toGpuError(gpu: Gpu, error: unknown): Error {
  return gpuLost(gpu.adapter, messageOf(error), error);
}
