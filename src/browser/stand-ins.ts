// What takes the place of an engine that the device chose and cannot run. Main thread.
import type { ChosenStage } from '../agent/engine-choice.ts';
import type { VoiceAgentModels } from '../agent/voice-agent-api.ts';
import { isAbort, VoiceAgentError } from '../core/errors.ts';
import type { ErrorCode } from '../core/errors.ts';
import { modelBytes } from '../models/catalog.ts';
import type { ModelCatalog } from '../models/catalog.ts';
import type { EngineSelection } from './engine-selection.ts';
import { isKept } from './is-kept.ts';

export interface StandInsOptions {
  readonly selection: Pick<EngineSelection, 'isLeftToDevice' | 'modelOf' | 'setRefused'>;
  readonly models: Pick<VoiceAgentModels, 'list'>;
  readonly loadCatalog: () => Promise<ModelCatalog>;
  /** Chooses anew, by what is known now. */
  readonly reconsider: () => Promise<unknown>;
}

/** What another model may be spared; a download that failed is tried again instead. */
const OF_THE_DEVICE: readonly ErrorCode[] = [
  ...(['unsupported', 'gpu-lost', 'self-test-failed', 'model-invalid'] as const),
  ...(['worker-crashed', 'worker-timeout'] as const),
];

export interface LoadFailure {
  /** The model that was asked for: where two loads met the same failure, the second finds it replaced. */
  readonly failed: string | null;
  readonly error: unknown;
  readonly signal?: AbortSignal | undefined;
}

interface Failure {
  readonly failed: string | null;
  readonly mayFetch: boolean;
}

export class StandIns {
  readonly #options: StandInsOptions;
  /** Choices are made one after the other: each is made of what the one before came to. */
  #latest: Promise<unknown> = Promise.resolve();

  constructor(options: StandInsOptions) {
    this.#options = options;
  }

  /**
   * For an engine that could not be loaded: chooses another that is on the device, or not larger, so that no more is
   * fetched than was agreed to. False where there is none, or the options name the engine. Rejects with the signal's
   * reason alone; a choice that is begun is made to its end first.
   */
  async chooseAtLoad(stage: ChosenStage, { failed, error, signal }: LoadFailure): Promise<boolean> {
    signal?.throwIfAborted();
    if (!VoiceAgentError.is(error) || !OF_THE_DEVICE.includes(error.code)) return false;
    const isReplaced = await this.#choose(stage, { failed, mayFetch: true });
    signal?.throwIfAborted();
    return isReplaced;
  }

  /** For an engine whose worker was given up: chooses another that is on the device. False where there is none. Never rejects. */
  chooseForLost(stage: ChosenStage): Promise<boolean> {
    return this.#choose(stage, { failed: this.#options.selection.modelOf(stage), mayFetch: false });
  }

  #choose(stage: ChosenStage, failure: Failure): Promise<boolean> {
    const chosen = this.#latest.then(() => this.#chooseNow(stage, failure));
    this.#latest = chosen;
    return chosen;
  }

  async #chooseNow(stage: ChosenStage, { failed, mayFetch }: Failure): Promise<boolean> {
    const { selection } = this.#options;
    if (failed === null || !selection.isLeftToDevice(stage)) return false;
    if (selection.modelOf(stage) !== failed) return true;
    selection.setRefused(failed, true);
    if (await this.#finds(stage, { failed, mayFetch })) return true;
    selection.setRefused(failed, false);
    await this.#options.reconsider().catch(() => undefined);
    return false;
  }

  /** A catalogue or a device that cannot be asked now offers nothing else. */
  async #finds(stage: ChosenStage, { failed, mayFetch }: Failure): Promise<boolean> {
    try {
      await this.#options.reconsider();
      const chosen = this.#options.selection.modelOf(stage);
      return chosen !== failed && (await this.#isAgreed(chosen, mayFetch ? failed : null));
    } catch {
      return false;
    }
  }

  async #isAgreed(chosen: string | null, insteadOf: string | null): Promise<boolean> {
    if (chosen === null) return true;
    // A store that does not answer keeps nothing.
    if (isKept(await this.#options.models.list().catch(() => []), chosen)) return true;
    const { models } = await this.#options.loadCatalog();
    const [model, before] = [chosen, insteadOf].map((id) => models.find((one) => one.id === id));
    if (model === undefined || before === undefined) return false;
    return modelBytes(model) <= modelBytes(before);
  }
}

/** Turns end by timer without their model, and answers are shown without a voice: what is missing is told, and stops nothing. */
export async function orWithout(started: Promise<void>, missing: VoiceAgentError[]): Promise<void> {
  try {
    await started;
  } catch (error) {
    if (isAbort(error)) throw error;
    missing.push(VoiceAgentError.from(error));
  }
}
