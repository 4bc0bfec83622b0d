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
  /**
   * Brings a fresh worker to work: load engines, connect ports. Also called after a restart. No wait in it needs a
   * limit of its own: a worker that stops answering meanwhile is given up.
   */
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
 * Beats in a row without a sign of life, and without announced work, after which a worker is dead: 3 s. Counted in
 * beats that this thread sent and not in time: it may be busy, throttled to one timer a minute in a hidden tab, or
 * have slept with the machine.
 */
const SILENT_BEATS = 3;
const RESTARTS_PER_MINUTE = 3;
const RESTART_DELAY_MS = 200;

interface Incarnation {
  readonly worker: Worker;
  /** Rejects when this worker is lost, whatever is being waited for. */
  readonly lost: Deferred<never>;
  /** Announced work that has not ended, and how long that may take. */
  busyRuns: number;
  busyUntilMs: number;
  /** Since anything was heard of it. */
  silentBeats: number;
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
      ...{ busyRuns: 0, busyUntilMs: 0, silentBeats: 0 },
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
    void this.#beat(incarnation, control);
    await abortable(
      Promise.race([this.#options.prepare(control), incarnation.lost.promise]),
      this.#disposal.signal,
    );
    incarnation.isUp = true;
    this.#options.logger.log('info', `worker ${name} is ready`);
  }

  #watch(incarnation: Incarnation, ready: Deferred): void {
    const { worker } = incarnation;
    let isReady = false;
    worker.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      incarnation.silentBeats = 0;
      if (!isWorkerSignal(data)) return;
      if (data.signal === 'ready') {
        isReady = true;
        ready.resolve();
      } else if (data.signal === 'fallback') {
        if (this.#current === incarnation) this.#options.onFallback?.(data);
      } else if (data.signal === 'busy') {
        const untilMs = this.#options.clock.nowMs() + data.maxMs;
        incarnation.busyUntilMs = Math.max(incarnation.busyUntilMs, untilMs);
        incarnation.busyRuns += 1;
      } else {
        incarnation.busyRuns -= 1;
        if (incarnation.busyRuns === 0) incarnation.busyUntilMs = 0;
      }
    });
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      // A script that was not found fires an event without a message.
      const message = (event.message as string | undefined) ?? '';
      const error = isReady ? this.#crashed(message, incarnation) : this.#loadFailed(message);
      this.#handleLoss(incarnation, error);
    });
  }

  /** One question a second, from the ready signal on. */
  async #beat(
    incarnation: Incarnation,
    control: Remote<WorkerControl<Config, Loaded>>,
  ): Promise<void> {
    const { clock } = this.#options;
    for (;;) {
      await delay(clock, HEARTBEAT_MS);
      if (this.#current !== incarnation) return;
      if (clock.nowMs() <= incarnation.busyUntilMs) continue;
      // One that is open still is not asked again.
      if (incarnation.silentBeats === 0) void control.ping();
      incarnation.silentBeats += 1;
      if (incarnation.silentBeats < SILENT_BEATS) continue;
      this.#handleLoss(incarnation, this.#silent(incarnation));
    }
  }

  #handleLoss(incarnation: Incarnation, error: VoiceAgentError): void {
    incarnation.lost.reject(error);
    // Whoever waits for it to be ready deals with it otherwise.
    if (this.#current !== incarnation || !incarnation.isUp) return;
    this.#terminate();
    const nowMs = this.#options.clock.nowMs();
    this.#restartsMs = this.#restartsMs.filter((atMs) => nowMs - atMs < 60_000);
    const willRestart = this.#restartsMs.length < RESTARTS_PER_MINUTE;
    this.#options.logger.log('warn', `worker ${this.#options.name} was lost`, {
      code: error.code,
      willRestart,
    });
    this.#starting = willRestart ? this.#restart() : null;
    // Nobody may be waiting: a restart that fails is told by `onLost`.
    this.#starting?.catch(() => undefined);
    this.#options.onLost(error, willRestart);
  }

  /** Again and again, ever later, while restarts are left: one that fails counts as well, however long it took. */
  async #restart(): Promise<void> {
    const { clock, logger, name, onLost } = this.#options;
    for (;;) {
      const pauseMs = RESTART_DELAY_MS * 2 ** this.#restartsMs.length;
      this.#restartsMs.push(clock.nowMs());
      try {
        await delay(clock, pauseMs, this.#disposal.signal);
        return await this.#spawn();
      } catch (error) {
        this.#terminate();
        if (this.#disposal.signal.aborted) throw error;
        const willRestart = this.#restartsMs.length < RESTARTS_PER_MINUTE;
        logger.log('warn', `worker ${name} could not be started again`, { error, willRestart });
        if (willRestart) continue;
        this.#starting = null;
        onLost(VoiceAgentError.from(error), false);
        throw error;
      }
    }
  }

  #terminate(): void {
    const incarnation = this.#current;
    if (incarnation === null) return;
    this.#current = null;
    incarnation.worker.terminate();
    incarnation.lost.reject(this.#crashed('ended', incarnation));
  }

  #silent(incarnation: Incarnation): VoiceAgentError {
    const waitedMs = SILENT_BEATS * HEARTBEAT_MS;
    return incarnation.isUp
      ? this.#timedOut(waitedMs)
      : this.#crashed(`no sign of life for ${waitedMs} ms`, incarnation);
  }

  #crashed(reason: string, { isUp }: Incarnation): VoiceAgentError {
    const { name } = this.#options;
    const told = reason || 'no reason given';
    return new VoiceAgentError(
      'worker-crashed',
      isUp
        ? `The ${name} worker stopped working (${told}). It is started again; repeat what you said.`
        : `The ${name} worker stopped working while it was loading (${told}). Load again; if it stops again, choose a smaller model.`,
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
