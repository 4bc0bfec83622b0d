// A better engine beside the one that serves: measured while nobody talks, and taken if it keeps up. Main thread.
import type { ConversationRest } from '../agent/conversation-rest.ts';
import { abortable, delay } from '../core/abort.ts';
import type { Clock } from '../core/clock.ts';
import { KEEPS_UP_RTF } from './rtf-verdicts.ts';

/** An engine that can be measured. */
export interface Measured {
  /** Null where it does not tell. Rejects with the signal's reason, soon after it fires. */
  measureRtf(signal: AbortSignal): Promise<number | null>;
}

/** An engine that is loaded and does not serve yet. */
export interface MeasuredUnderstudy extends Measured {
  /** Takes the place of the other one; resolves when it has. */
  adopt(): Promise<void>;
  dispose(): void;
}

export interface RehearsalOptions {
  readonly clock: Clock;
  readonly rest: ConversationRest;
  /** Fetches and loads it. */
  readonly load: (signal: AbortSignal) => Promise<MeasuredUnderstudy>;
  /** Keeps the verdict for the next visit. */
  readonly keep: (rtf: number) => Promise<void>;
  /** Whether it is taken where nothing could be measured. */
  readonly isTakenUnmeasured: boolean;
}

/** `undecided`: people talked through every attempt. */
export type RehearsalOutcome = 'adopted' | 'too-slow' | 'undecided';

/** What has just ended may have something to clear up. */
const SETTLE_MS = 300;
const ATTEMPTS = 8;

/** Rejects as `load` and as the engine do, or with the signal's reason; the engine that serves is left alone then. */
export async function rehearse(
  options: RehearsalOptions,
  signal: AbortSignal,
): Promise<RehearsalOutcome> {
  const understudy = await options.load(signal);
  let isAdopted = false;
  try {
    const rtf = await measureAtRest(understudy, options, signal);
    if (rtf === null && !options.isTakenUnmeasured) return 'undecided';
    if (rtf !== null) await options.keep(rtf);
    if (rtf !== null && rtf > KEEPS_UP_RTF) return 'too-slow';
    signal.throwIfAborted();
    isAdopted = true;
    await understudy.adopt();
    return 'adopted';
  } finally {
    if (!isAdopted) understudy.dispose();
  }
}

/** Null when the conversation went on in the middle of each attempt: it needs the cores, and spoils the figure. */
export async function measureAtRest(
  measured: Measured,
  { clock, rest }: Pick<RehearsalOptions, 'clock' | 'rest'>,
  signal: AbortSignal,
): Promise<number | null> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    await abortable(new Promise<void>((resolve) => rest.run(resolve)), signal);
    const { ended } = rest;
    const both = AbortSignal.any([signal, ended]);
    try {
      await delay(clock, SETTLE_MS, both);
      return await measured.measureRtf(both);
    } catch (error) {
      if (signal.aborted || !ended.aborted) throw error;
    }
  }
  return null;
}
