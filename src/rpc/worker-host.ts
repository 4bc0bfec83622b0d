// Supervises one worker from the main thread: handshake, heartbeat, crash, restart with a limit.
import { wrap } from 'comlink';
import type { Remote } from 'comlink';
import { abortable, delay, withDeadline } from '../core/abort.ts';
import type { Clock } from '../core/clock.ts';
import { createDeferred } from '../core/deferred.ts';
import type { Deferred } from '../core/deferred.ts';
import { VoiceAgentError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { isWorkerSignal } from './expose-worker.ts';
import type { Fallback, WorkerControl } from './expose-worker.ts';
import { installTransferHandlers } from './transfer-handlers.ts';

export interface WorkerHostOptions<Config, Loaded> {
  readonly name: string;
  /** Builds the worker. Called again at each restart. */
  readonly create: () => Worker;
  /** The script's address, for error messages. */
  readonly url: string;
  /** Brings a fresh worker to work: load engines, connect ports. Also called after a restart. */
  readonly prepare: (control: Remote<WorkerControl<Config, Loaded>>) => Promise<void>;
  /** A worker that worked is gone. A restart follows unless `willRestart` is false. */
  readonly onLost: (error: VoiceAgentError, willRestart: boolean) => void;
  /** The worker's engine runs on something else than it was to. */
  readonly onFallback?: (fallback: Fallback) => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A page with a cold cache and busy cores may take long to compile a worker. */
const READY_LIMIT_MS = 20_000;
const HEARTBEAT_MS = 1_000;
/**
 * Beats without an answer, and without announced work, after which a worker hangs. Counted in beats
 * and not in time, since a machine that starves the worker starves this thread too.
 */
const MISSED_BEATS = 4;
const RESTARTS_PER_MINUTE = 3;
const RESTART_DELAY_MS = 200;

interface Incarnation {
  readonly worker: Worker;
  /** Rejects when this worker is lost, whatever is being waited for. */
  readonly lost: Deferred<never>;
  busyUntilMs: number;
  /** Prepared and at work: from then on a loss is followed by a restart. */
  isUp: boolean;
}

export class WorkerHost<Config, Loaded> {
  readonly #options: WorkerHostOptions<Config, Loaded>;
  readonly #disposal = new AbortController();
  #current: Incarnation | null = null;
  #starting: Promise<void> | null = null;
  #restartsMs: number[] = [];

  constructor(options: WorkerHostOptions<Config, Loaded>) {
    installTransferHandlers();
    this.#options = options;
  }

  /** Starts and prepares the worker; idempotent while it runs, and may be called again after a failure. */
  start(options: { signal?: AbortSignal } = {}): Promise<void> {
    this.#starting ??= this.#spawn().catch((error: unknown) => {
      this.#starting = null;
      this.#terminate();
      throw error;
    });
    return abortable(this.#starting, options.signal);
  }

  get isRunning(): boolean {
    return this.#current !== null;
  }

  dispose(): void {
    this.#disposal.abort(
      new VoiceAgentError('disposed', `The ${this.#options.name} worker was ended.`, {
        details: { what: this.#options.name },
      }),
    );
    this.#terminate();
  }

  async #spawn(): Promise<void> {
    const { clock, name } = this.#options;
    const incarnation: Incarnation = {
      worker: this.#options.create(),
      lost: createDeferred<never>(),
      busyUntilMs: 0,
      isUp: false,
    };
    this.#current = incarnation;
    const ready = createDeferred();
    this.#watch(incarnation, ready);
    await withDeadline(Promise.race([ready.promise, incarnation.lost.promise]), {
      clock,
      limitMs: READY_LIMIT_MS,
      signal: this.#disposal.signal,
      toTimeoutError: () => this.#timedOut(READY_LIMIT_MS),
    });
    const control = wrap<WorkerControl<Config, Loaded>>(incarnation.worker);
    await abortable(
      Promise.race([this.#options.prepare(control), incarnation.lost.promise]),
      this.#disposal.signal,
    );
    incarnation.isUp = true;
    this.#options.logger.log('info', `worker ${name} is ready`);
    void this.#beat(incarnation, control);
  }

  #watch(incarnation: Incarnation, ready: Deferred): void {
    const { worker } = incarnation;
    let isReady = false;
    worker.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (!isWorkerSignal(data)) return;
      if (data.signal === 'ready') {
        isReady = true;
        ready.resolve();
      } else if (data.signal === 'fallback') {
        if (this.#current === incarnation) this.#options.onFallback?.(data);
      } else {
        const busyMs = data.signal === 'busy' ? data.maxMs : 0;
        incarnation.busyUntilMs = this.#options.clock.nowMs() + busyMs;
      }
    });
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      // A script that was not found fires an event without a message.
      const message = (event.message as string | undefined) ?? '';
      const error = isReady ? this.#crashed(message) : this.#loadFailed(message);
      this.#handleLoss(incarnation, error);
    });
  }

  /** One question a second; a worker that owes an answer for too long is given up. */
  async #beat(
    incarnation: Incarnation,
    control: Remote<WorkerControl<Config, Loaded>>,
  ): Promise<void> {
    const { clock } = this.#options;
    const isCurrent = (): boolean => this.#current === incarnation;
    while (isCurrent()) {
      const askedMs = clock.nowMs();
      const question = { isOpen: true };
      void control.ping().then(() => (question.isOpen = false));
      let missed = 0;
      do {
        await delay(clock, HEARTBEAT_MS);
        missed = clock.nowMs() < incarnation.busyUntilMs ? 0 : missed + 1;
        if (isOpen(question) && missed >= MISSED_BEATS) {
          this.#handleLoss(incarnation, this.#timedOut(clock.nowMs() - askedMs));
        }
      } while (isCurrent() && isOpen(question));
    }
  }

  #handleLoss(incarnation: Incarnation, error: VoiceAgentError): void {
    incarnation.lost.reject(error);
    if (this.#current !== incarnation || !incarnation.isUp) return;
    this.#terminate();
    const nowMs = this.#options.clock.nowMs();
    this.#restartsMs = this.#restartsMs.filter((atMs) => nowMs - atMs < 60_000);
    const willRestart = this.#restartsMs.length < RESTARTS_PER_MINUTE;
    this.#options.logger.log('warn', `worker ${this.#options.name} was lost`, {
      code: error.code,
      willRestart,
    });
    this.#options.onLost(error, willRestart);
    if (willRestart) void this.#respawn(nowMs);
    else this.#starting = null;
  }

  async #respawn(nowMs: number): Promise<void> {
    this.#restartsMs.push(nowMs);
    const pauseMs = RESTART_DELAY_MS * 2 ** (this.#restartsMs.length - 1);
    try {
      await delay(this.#options.clock, pauseMs, this.#disposal.signal);
      this.#starting = this.#spawn();
      await this.#starting;
    } catch (error) {
      if (this.#disposal.signal.aborted) return;
      this.#terminate();
      this.#starting = null;
      this.#options.onLost(VoiceAgentError.from(error), false);
    }
  }

  #terminate(): void {
    this.#current?.worker.terminate();
    this.#current?.lost.reject(this.#crashed('ended'));
    this.#current = null;
  }

  #crashed(reason: string): VoiceAgentError {
    const { name } = this.#options;
    return new VoiceAgentError(
      'worker-crashed',
      `The ${name} worker stopped working (${reason || 'no reason given'}). It is started again; repeat what you said.`,
      { details: { worker: name, reason }, retryable: true },
    );
  }

  #loadFailed(reason: string): VoiceAgentError {
    const { name, url } = this.#options;
    return new VoiceAgentError(
      'worker-load-failed',
      `The script of the ${name} worker could not be loaded from ${url}${reason === '' ? '' : ` (${reason})`}. Check that the file is deployed beside the page and served as JavaScript.`,
      { details: { worker: name, url } },
    );
  }

  #timedOut(waitedMs: number): VoiceAgentError {
    const { name } = this.#options;
    return new VoiceAgentError(
      'worker-timeout',
      `The ${name} worker did not answer for ${Math.round(waitedMs)} ms and is started again.`,
      { details: { worker: name, waitedMs }, retryable: true },
    );
  }
}

/** A call, so that the compiler knows that the value changes between two looks. */
function isOpen(question: { readonly isOpen: boolean }): boolean {
  return question.isOpen;
}
