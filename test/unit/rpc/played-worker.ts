// A worker that lives on the test's own thread, and answers its supervisor until it is told to be quiet.
import { expose } from 'comlink';
import type { Endpoint } from 'comlink';
import type { WorkerControl, WorkerSignal } from '../../../src/rpc/expose-worker.ts';

/** One end of a pair; what is posted arrives at the other one a microtask later. */
class End extends EventTarget implements Endpoint {
  other: End | null = null;
  isDeaf = false;

  postMessage(message: unknown): void {
    const data: unknown = structuredClone(message);
    queueMicrotask(() => {
      if (this.other?.isDeaf === false) {
        this.other.dispatchEvent(new MessageEvent('message', { data }));
      }
    });
  }
}

export type Load = WorkerControl<null, string>['load'];

export class PlayedWorker {
  readonly #page = new End();
  readonly #self = new End();
  isTerminated = false;

  /** @param load what it does to load; it is up at once, as its ready signal says. */
  constructor(load: (worker: PlayedWorker) => Promise<string>) {
    this.#page.other = this.#self;
    this.#self.other = this.#page;
    const control: WorkerControl<null, string> = {
      load: () => load(this),
      attachFiles: () => undefined,
      connect: () => undefined,
      ping: () => undefined,
    };
    expose(control, this.#self);
    this.tell({ signal: 'ready' });
  }

  /** What its supervisor holds. */
  get worker(): Worker {
    const terminate = (): void => {
      this.isTerminated = true;
      this.hang();
    };
    return Object.assign(this.#page, { terminate }) as unknown as Worker;
  }

  /** Also in the midst of a hang: a message that was posted before arrives. */
  tell(signal: WorkerSignal): void {
    this.#self.postMessage(signal);
  }

  /** It hears nothing more and says nothing more: so it looks from outside when it blocks, and when it closed itself. */
  hang(): void {
    this.#self.isDeaf = true;
  }

  /** It heard nothing meanwhile, and goes on. */
  recover(): void {
    this.#self.isDeaf = false;
  }

  crash(message: string): void {
    this.#page.dispatchEvent(Object.assign(new Event('error', { cancelable: true }), { message }));
  }
}
