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

export class StandIns {
  readonly #options: StandInsOptions;

  constructor(options: StandInsOptions) {
    this.#options = options;
  }

  /**
   * For an engine that could not be loaded: chooses another that is on the device, or not larger, so that no more is
   * fetched than was agreed to. False where there is none, or the options name the engine.
   */
  async chooseAtLoad(stage: ChosenStage, error: unknown): Promise<boolean> {
    if (!VoiceAgentError.is(error) || !OF_THE_DEVICE.includes(error.code)) return false;
    return this.#choose(stage, { mayFetch: true });
  }

  /** For an engine whose worker was given up: chooses another that is on the device. False where there is none. */
  chooseForLost(stage: ChosenStage): Promise<boolean> {
    return this.#choose(stage, { mayFetch: false });
  }

  async #choose(stage: ChosenStage, { mayFetch }: { mayFetch: boolean }): Promise<boolean> {
    const { selection, reconsider } = this.#options;
    const refused = selection.modelOf(stage);
    if (refused === null || !selection.isLeftToDevice(stage)) return false;
    selection.setRefused(refused, true);
    await reconsider();
    const chosen = selection.modelOf(stage);
    if (chosen !== refused && (await this.#isAgreed(chosen, mayFetch ? refused : null)))
      return true;
    selection.setRefused(refused, false);
    await reconsider();
    return false;
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
