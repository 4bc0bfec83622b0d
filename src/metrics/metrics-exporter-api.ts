// What an exporter of metrics takes and offers. Types only.
import type { VoiceAgentEventOf } from '../agent/events.ts';
import type { TurnMetrics } from '../agent/metrics.ts';
import type { RetryPolicy } from '../core/backoff.ts';
import type { Clock } from '../core/clock.ts';

/** Whatever tells of turns as a voice agent does. */
export interface MetricsSource {
  on(type: 'metrics', listener: (event: VoiceAgentEventOf<'metrics'>) => void): () => void;
}

/** `overflow`: the queue was full. `send-failed`: every retry failed too. `disposed`: no time was left. */
export type MetricsDropReason = 'overflow' | 'send-failed' | 'disposed';

export interface MetricsDrop {
  readonly reason: MetricsDropReason;
  readonly turns: number;
  /** What the last try rejected with; null for `overflow`. */
  readonly error: unknown;
}

export interface MetricsExporterOptions {
  /** A voice agent. */
  readonly source: MetricsSource;
  /**
   * Hands a batch over, oldest turn first; one at a time. A rejection is tried again later: a receiver may see a turn
   * twice. `signal` fires when `sendTimeoutMs` is over or disposal gives up.
   */
  readonly send: (
    batch: readonly TurnMetrics[],
    options: { readonly signal: AbortSignal },
  ) => Promise<unknown>;
  /**
   * Takes a batch while the page is hidden or left, when nothing asynchronous may end any more, for
   * example by `navigator.sendBeacon`. False: it was refused. Without it, hiding the page sends at once.
   */
  readonly beacon?: (batch: readonly TurnMetrics[]) => boolean;
  /** As many turns are sent at the most, and at once. Default 16. */
  readonly maxBatch?: number;
  /** Turns that may wait, besides the batch on its way. Default 256. */
  readonly maxQueue?: number;
  /** Which turn is given up when the queue is full. Default `drop-oldest`. */
  readonly onOverflow?: 'drop-oldest' | 'drop-newest';
  /** A turn waits as long as this for others. Default 5 s. */
  readonly flushIntervalMs?: number;
  /** Of one try, and of the last flush. Default 10 s. */
  readonly sendTimeoutMs?: number;
  /** Default: three retries, after about 1, 2 and 4 s, 30 s at the most. */
  readonly retry?: Partial<RetryPolicy>;
  /** Told of what was given up. Called synchronously, must not throw. */
  readonly onDrop?: (drop: MetricsDrop) => void;
  readonly clock?: Clock;
}

/** Turns so far. */
export interface MetricsExporterStats {
  readonly waiting: number;
  readonly sent: number;
  readonly dropped: Readonly<Record<MetricsDropReason, number>>;
  /** Tries after failed ones. */
  readonly retries: number;
}

export interface MetricsExporter {
  readonly stats: MetricsExporterStats;
  /**
   * Sends what waits now. Resolves when all of it was sent or given up, retries included; rejects with
   * the signal's reason only, and sending goes on then.
   */
  flush(options?: { signal?: AbortSignal }): Promise<void>;
  /** Detaches from the source and sends what waits, once, for `sendTimeoutMs` at the most. Idempotent, never rejects. */
  dispose(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
