// Has a better voice tried while the agent is at work already; one at a time, each wish once. Main thread.
import type { ConversationRest } from '../agent/conversation-rest.ts';
import { createAbortReason } from '../core/abort.ts';
import type { Clock } from '../core/clock.ts';
import type { SpeakConfig } from '../engines/worker-configs.ts';
import { measureInWorker } from './measure-in-worker.ts';
import { rehearse } from './rehearse.ts';
import type { MeasuredUnderstudy, RehearsalOutcome } from './rehearse.ts';
import type { RtfSubject, RtfVerdicts } from './rtf-verdicts.ts';
import type { Understudy, WorkerPool } from './worker-pool.ts';

export interface VoiceUpgradeOptions {
  readonly clock: Clock;
  readonly rest: ConversationRest;
  readonly workers: Pick<WorkerPool, 'rehearse'>;
  readonly verdicts: RtfVerdicts;
  /** `failed` comes with the reason. Not called for one that is no longer wanted. */
  readonly onOutcome: (outcome: RehearsalOutcome | 'failed', error: unknown) => void;
}

export interface WantedVoice {
  readonly config: SpeakConfig;
  readonly subject: RtfSubject;
}

/** Of two runs of a voice that is many times too slow. */
const MEASURE_LIMIT_MS = 60_000;

export class VoiceUpgrade {
  readonly #options: VoiceUpgradeOptions;
  #current: { readonly key: string; readonly controller: AbortController } | null = null;

  constructor(options: VoiceUpgradeOptions) {
    this.#options = options;
  }

  /** Null, or another wish, ends what is being tried. */
  want(voice: WantedVoice | null): void {
    const key = voice === null ? '' : JSON.stringify({ ...voice.config, catalog: null });
    if (this.#current?.key === key) return;
    this.#current?.controller.abort(createAbortReason('Another voice is wanted.'));
    this.#current = null;
    if (voice === null) return;
    const controller = new AbortController();
    this.#current = { key, controller };
    void this.#run(voice, controller.signal);
  }

  dispose(): void {
    this.want(null);
  }

  async #run({ config, subject }: WantedVoice, signal: AbortSignal): Promise<void> {
    const { clock, rest, workers, verdicts, onOutcome } = this.#options;
    const rehearsal = rehearse(
      {
        ...{ clock, rest },
        load: async () => toVoice(await workers.rehearse('tts', config, signal), clock),
        keep: (rtf) => verdicts.write(subject, rtf),
        isTakenUnmeasured: false,
      },
      signal,
    );
    const [outcome, error] = await rehearsal.then(
      (decided) => [decided, null] as const,
      (reason: unknown) => ['failed', reason] as const,
    );
    if (signal.aborted) return;
    this.#current = null;
    onOutcome(outcome, error);
  }
}

function toVoice(understudy: Understudy, clock: Clock): MeasuredUnderstudy {
  return {
    adopt: () => understudy.adopt(),
    dispose: () => understudy.dispose(),
    measureRtf: async (signal) => {
      const options = { clock, limitMs: MEASURE_LIMIT_MS, signal };
      return (await measureInWorker(() => understudy.openPort(), options)) ?? Infinity;
    },
  };
}
