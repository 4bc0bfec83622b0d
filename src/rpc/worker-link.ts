// The caller's end of a service in another worker: survives the loss of the worker behind it.
// Portable.
import { wrap } from 'comlink';
import type { Remote } from 'comlink';
import { withDeadline } from '../core/abort.ts';
import type { Clock } from '../core/clock.ts';
import { createDeferred } from '../core/deferred.ts';
import type { Deferred } from '../core/deferred.ts';
import { VoiceAgentError } from '../core/errors.ts';
import { installTransferHandlers } from './transfer-handlers.ts';

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** From the call to its answer, a restart of the worker in between included. */
  readonly limitMs: number;
}

interface Connection<Service> {
  readonly remote: Remote<Service>;
  readonly lost: Deferred<never>;
  readonly port: MessagePort;
}

export class WorkerLink<Service extends object> {
  readonly #name: string;
  readonly #clock: Clock;
  readonly #onAttach: (remote: Remote<Service>) => void;
  #connection: Connection<Service> | null = null;
  #attached = createDeferred();
  #isClosed = false;

  /** @param options `onAttach` runs for each new worker behind the link: subscribe and replay there. */
  constructor(options: {
    name: string;
    clock: Clock;
    onAttach?: (remote: Remote<Service>) => void;
  }) {
    installTransferHandlers();
    this.#name = options.name;
    this.#clock = options.clock;
    this.#onAttach = options.onAttach ?? (() => undefined);
  }

  /** Connects to a (new) worker. Calls that were waiting for one go on. */
  attach(port: MessagePort): void {
    this.detach(this.#lostError());
    const connection = { remote: wrap<Service>(port), lost: createDeferred<never>(), port };
    this.#connection = connection;
    this.#onAttach(connection.remote);
    if (this.#isClosed) this.#attached = createDeferred();
    this.#isClosed = false;
    this.#attached.resolve();
  }

  /** The worker is gone: pending calls reject with `error`, new ones wait for `attach`. */
  detach(error: VoiceAgentError): void {
    const connection = this.#connection;
    if (connection === null) return;
    this.#connection = null;
    this.#attached = createDeferred();
    connection.lost.reject(error);
    connection.port.close();
  }

  /** As `detach`, and no worker is to come: whatever waits for one rejects, and so do new calls, unless one does come. */
  close(error: VoiceAgentError): void {
    this.detach(error);
    this.#isClosed = true;
    this.#attached.reject(error);
  }

  /** The service, for calls whose answer does not matter; null while there is no worker. */
  get remote(): Remote<Service> | null {
    return this.#connection?.remote ?? null;
  }

  /** One call. Rejects with the service's error, `worker-crashed`, `worker-timeout` or the signal's reason. */
  call<T>(invoke: (remote: Remote<Service>) => Promise<T>, options: CallOptions): Promise<T> {
    return withDeadline(this.#invoke(invoke), {
      clock: this.#clock,
      limitMs: options.limitMs,
      toTimeoutError: () => this.#timeoutError(options.limitMs),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
  }

  async #invoke<T>(invoke: (remote: Remote<Service>) => Promise<T>): Promise<T> {
    await this.#attached.promise;
    const connection = this.#connection;
    if (connection === null) return this.#invoke(invoke);
    return Promise.race([invoke(connection.remote), connection.lost.promise]);
  }

  #lostError(): VoiceAgentError {
    return new VoiceAgentError('worker-crashed', `The ${this.#name} worker was exchanged.`, {
      details: { worker: this.#name, reason: 'exchanged' },
      retryable: true,
    });
  }

  #timeoutError(waitedMs: number): VoiceAgentError {
    return new VoiceAgentError(
      'worker-timeout',
      `The ${this.#name} worker did not answer within ${waitedMs} ms.`,
      { details: { worker: this.#name, waitedMs }, retryable: true },
    );
  }
}
