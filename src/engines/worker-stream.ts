// One request to another worker whose answer arrives in parts. Portable.
import { AsyncQueue } from '../core/async-queue.ts';
import { createAbortReason } from '../core/abort.ts';
import { VoiceAgentError } from '../core/errors.ts';
import type { Remote } from 'comlink';
import type { WorkerLink } from '../rpc/worker-link.ts';

export interface WorkerStreamOptions<Service extends object> {
  readonly name: string;
  readonly link: WorkerLink<Service>;
  /** Parts that may wait for the consumer. */
  readonly capacity: number;
  /** From request to the last part. */
  readonly limitMs: number;
  readonly cancel: (remote: Remote<Service>, requestId: number) => Promise<void>;
}

export interface WorkerRequest<Service extends object> {
  readonly invoke: (remote: Remote<Service>, requestId: number) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Numbers requests, hands each its parts, cancels the work nobody waits for any more. */
export class WorkerStreams<Service extends object, Part> {
  readonly #options: WorkerStreamOptions<Service>;
  readonly #queues = new Map<number, AsyncQueue<Part>>();
  #lastId = 0;

  constructor(options: WorkerStreamOptions<Service>) {
    this.#options = options;
  }

  /** Gives a part to its request; a part of a cancelled one is dropped. */
  handlePart(requestId: number, part: Part): void {
    this.#queues.get(requestId)?.push(part);
  }

  /** Asked again once, from the start, when the worker is lost before the first part. */
  async *request(request: WorkerRequest<Service>): AsyncGenerator<Part, void, undefined> {
    let hasPart = false;
    try {
      for await (const part of this.#run(request)) {
        hasPart = true;
        yield part;
      }
    } catch (error) {
      const isLost = VoiceAgentError.is(error) && error.code === 'worker-crashed';
      if (hasPart || !isLost) throw error;
      yield* this.#run(request);
    }
  }

  async *#run(request: WorkerRequest<Service>): AsyncGenerator<Part, void, undefined> {
    const { name, capacity, link, limitMs } = this.#options;
    this.#lastId += 1;
    const id = this.#lastId;
    const queue = new AsyncQueue<Part>({ name, capacity });
    this.#queues.set(id, queue);
    const leaving = new AbortController();
    const work = { isDone: false };
    link
      .call((remote) => request.invoke(remote, id), {
        signal: AbortSignal.any([request.signal, leaving.signal]),
        limitMs,
      })
      .then(
        () => queue.end(),
        (error: unknown) => queue.fail(error),
      )
      .finally(() => (work.isDone = true));
    try {
      yield* queue.iterate(request.signal);
    } finally {
      this.#queues.delete(id);
      if (!work.isDone) {
        leaving.abort(createAbortReason('Nobody waits for this request any more.'));
        const { remote } = link;
        if (remote !== null) void this.#options.cancel(remote, id);
      }
    }
  }
}
