// Hands the metrics of turns over in batches: bounded, with time limits, retries and a last flush. Portable.
import type { TurnMetrics } from '../agent/metrics.ts';
import {
  abortable,
  createAbortReason,
  createLinkedAbort,
  delay,
  withDeadline,
} from '../core/abort.ts';
import { backoffMs } from '../core/backoff.ts';
import type { RetryPolicy } from '../core/backoff.ts';
import { systemClock } from '../core/clock.ts';
import type { Clock } from '../core/clock.ts';
import type {
  MetricsDropReason,
  MetricsExporter,
  MetricsExporterOptions,
  MetricsExporterStats,
} from './metrics-exporter-api.ts';
import { attachPageHide } from './page-hide.ts';

const DEFAULTS = { maxBatch: 16, maxQueue: 256, flushIntervalMs: 5_000, sendTimeoutMs: 10_000 };
const DEFAULT_RETRY: RetryPolicy = {
  retries: 3,
  baseDelayMs: 1_000,
  maxDelayMs: 30_000,
  random: Math.random,
};

/** Collects from now on. Throws a `TypeError` for options that cannot work. */
export function createMetricsExporter(options: MetricsExporterOptions): MetricsExporter {
  return new BufferedExporter(options);
}

class BufferedExporter implements MetricsExporter {
  readonly #options: MetricsExporterOptions;
  readonly #limits: typeof DEFAULTS;
  readonly #retry: RetryPolicy;
  readonly #clock: Clock;
  readonly #queue: TurnMetrics[] = [];
  readonly #dropped = { overflow: 0, 'send-failed': 0, disposed: 0 };
  readonly #detach: (() => void)[];
  /** Fires when nothing is tried again. */
  readonly #closing = new AbortController();
  /** Fires when nothing is tried any more. */
  readonly #lifetime = new AbortController();
  #sent = 0;
  #retries = 0;
  #cancelTimer: (() => void) | null = null;
  #sending: Promise<void> | null = null;
  #disposed: Promise<void> | null = null;

  constructor(options: MetricsExporterOptions) {
    this.#options = options;
    this.#limits = toLimits(options);
    this.#retry = { ...DEFAULT_RETRY, ...options.retry };
    this.#clock = options.clock ?? systemClock;
    this.#detach = [
      options.source.on('metrics', ({ metrics }) => this.#take(metrics)),
      attachPageHide(() => this.#handleHide()),
    ];
  }

  get stats(): MetricsExporterStats {
    return {
      waiting: this.#queue.length,
      sent: this.#sent,
      dropped: { ...this.#dropped },
      retries: this.#retries,
    };
  }

  flush({ signal }: { signal?: AbortSignal } = {}): Promise<void> {
    return abortable(this.#send(), signal);
  }

  dispose(): Promise<void> {
    this.#disposed ??= this.#close();
    return this.#disposed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  async #close(): Promise<void> {
    for (const detach of this.#detach) detach();
    this.#closing.abort(createAbortReason('The exporter is being disposed.'));
    const reason = createAbortReason('The exporter was disposed.');
    const giveUp = (): void => this.#lifetime.abort(reason);
    const cancel = this.#clock.schedule(giveUp, this.#limits.sendTimeoutMs);
    await this.#send();
    cancel();
    this.#drop('disposed', this.#queue.splice(0).length, reason);
  }

  #take(metrics: TurnMetrics): void {
    this.#queue.push(metrics);
    this.#shorten();
    if (this.#queue.length >= this.#limits.maxBatch) void this.#send();
    else
      this.#cancelTimer ??= this.#clock.schedule(
        () => void this.#send(),
        this.#limits.flushIntervalMs,
      );
  }

  #shorten(): void {
    const surplus = this.#queue.length - this.#limits.maxQueue;
    if (surplus <= 0) return;
    const isOldest = (this.#options.onOverflow ?? 'drop-oldest') === 'drop-oldest';
    this.#queue.splice(isOldest ? 0 : -surplus, surplus);
    this.#drop('overflow', surplus, null);
  }

  #send(): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    if (this.#sending === null && this.#queue.length > 0) this.#sending = this.#sendAll();
    return this.#sending ?? Promise.resolve();
  }

  async #sendAll(): Promise<void> {
    let failures = 0;
    while (this.#queue.length > 0 && !this.#lifetime.signal.aborted) {
      const batch = this.#queue.splice(0, this.#limits.maxBatch);
      try {
        await this.#try(batch);
        this.#sent += batch.length;
        failures = 0;
      } catch (error) {
        failures = await this.#handleFailure(batch, { error, failures });
      }
    }
    this.#sending = null;
  }

  /** Back to the front of the queue for another try, or given up. Returns the failures in a row. */
  async #handleFailure(
    batch: readonly TurnMetrics[],
    { error, failures }: { error: unknown; failures: number },
  ): Promise<number> {
    const isOver = this.#lifetime.signal.aborted;
    if (isOver || this.#closing.signal.aborted || failures >= this.#retry.retries) {
      this.#drop(isOver ? 'disposed' : 'send-failed', batch.length, error);
      return 0;
    }
    this.#queue.unshift(...batch);
    this.#shorten();
    this.#retries += 1;
    const waitMs = backoffMs(failures, this.#retry);
    await delay(this.#clock, waitMs, this.#closing.signal).catch(() => undefined);
    return failures + 1;
  }

  async #try(batch: readonly TurnMetrics[]): Promise<void> {
    const { controller, release } = createLinkedAbort(this.#lifetime.signal);
    const { signal } = controller;
    const limitMs = this.#limits.sendTimeoutMs;
    const toTimeoutError = (): Error => {
      const error = new DOMException(`send took longer than ${limitMs} ms.`, 'TimeoutError');
      controller.abort(error);
      return error;
    };
    const sent = Promise.resolve().then(() => this.#options.send(batch, { signal }));
    await withDeadline(sent, { clock: this.#clock, limitMs, toTimeoutError, signal }).finally(
      release,
    );
  }

  #handleHide(): void {
    const { beacon } = this.#options;
    if (beacon === undefined) {
      void this.#send();
      return;
    }
    while (this.#queue.length > 0) {
      const batch = this.#queue.slice(0, this.#limits.maxBatch);
      if (!beacon(batch)) return;
      this.#queue.splice(0, batch.length);
      this.#sent += batch.length;
    }
  }

  #drop(reason: MetricsDropReason, turns: number, error: unknown): void {
    if (turns === 0) return;
    this.#dropped[reason] += turns;
    this.#options.onDrop?.({ reason, turns, error });
  }
}

function toLimits(options: MetricsExporterOptions): typeof DEFAULTS {
  const limits = { ...DEFAULTS };
  for (const name of Object.keys(DEFAULTS) as (keyof typeof DEFAULTS)[]) {
    const value = options[name] ?? DEFAULTS[name];
    if (!Number.isInteger(value) || value < 1) {
      throw new TypeError(`${name} must be a whole number above 0, got ${value}.`);
    }
    limits[name] = value;
  }
  return limits;
}
