// A better voice beside the one that speaks: measured while nobody talks, and taken if it keeps up. Main thread.
import type { ConversationRest } from '../agent/conversation-rest.ts';
import { abortable, delay } from '../core/abort.ts';
import type { Clock } from '../core/clock.ts';
import { KEEPS_UP_RTF } from './rtf-verdicts.ts';

/** A voice that is loaded and does not speak yet. */
export interface VoiceUnderstudy {
  /** Rejects with the signal's reason, soon after it fires. */
  measureRtf(signal: AbortSignal): Promise<number>;
  /** Takes the place of the other one; resolves when it has. */
  adopt(): Promise<void>;
  dispose(): void;
}

export interface RehearsalOptions {
  readonly clock: Clock;
  readonly rest: ConversationRest;
  /** Fetches and loads it. */
  readonly load: (signal: AbortSignal) => Promise<VoiceUnderstudy>;
  /** Keeps the verdict for the next visit. */
  readonly keep: (rtf: number) => Promise<void>;
}

/** `undecided`: people talked through every attempt. */
export type RehearsalOutcome = 'adopted' | 'too-slow' | 'undecided';

/** What has just ended may have something to clear up. */
const SETTLE_MS = 300;
const ATTEMPTS = 8;

/** Rejects as `load` and as the voice do, or with the signal's reason; the voice that speaks is left alone then. */
export async function rehearseVoice(
  options: RehearsalOptions,
  signal: AbortSignal,
): Promise<RehearsalOutcome> {
  const understudy = await options.load(signal);
  let isAdopted = false;
  try {
    const rtf = await measureAtRest(understudy, options, signal);
    if (rtf === null) return 'undecided';
    await options.keep(rtf);
    if (rtf > KEEPS_UP_RTF) return 'too-slow';
    signal.throwIfAborted();
    isAdopted = true;
    await understudy.adopt();
    return 'adopted';
  } finally {
    if (!isAdopted) understudy.dispose();
  }
}

/** Null when the conversation went on in the middle of each attempt: it needs the cores, and spoils the figure. */
async function measureAtRest(
  understudy: VoiceUnderstudy,
  { clock, rest }: RehearsalOptions,
  signal: AbortSignal,
): Promise<number | null> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    await abortable(new Promise<void>((resolve) => rest.run(resolve)), signal);
    const { ended } = rest;
    const both = AbortSignal.any([signal, ended]);
    try {
      await delay(clock, SETTLE_MS, both);
      return await understudy.measureRtf(both);
    } catch (error) {
      if (signal.aborted || !ended.aborted) throw error;
    }
  }
  return null;
}
