// The language model that is left to the device: what was loaded is tried once, what is better is tried beside it, and
// what does not keep up is given up. Main thread.
import type { ConversationRest } from '../agent/conversation-rest.ts';
import { createAbortReason } from '../core/abort.ts';
import type { Clock } from '../core/clock.ts';
import { isAbort, VoiceAgentError } from '../core/errors.ts';
import type { EngineSelection } from './engine-selection.ts';
import { ModelUpgrade } from './model-upgrade.ts';
import type { WantedModel } from './model-upgrade.ts';
import { measureAtRest } from './rehearse.ts';
import { KEEPS_UP_RTF } from './rtf-verdicts.ts';
import type { StandIns } from './stand-ins.ts';
import { tryModel } from './try-model.ts';
import type { WorkerPool } from './worker-pool.ts';

export interface DeviceModelOptions {
  readonly clock: Clock;
  readonly rest: ConversationRest;
  readonly workers: Pick<WorkerPool, 'rehearse' | 'openPort'>;
  readonly selection: Pick<
    EngineSelection,
    'rtfs' | 'isLeftToDevice' | 'modelOf' | 'setRefused' | 'subjectOf' | 'takeBetterLlm'
  >;
  readonly standIns: Pick<StandIns, 'chooseForLost'>;
  /** Chooses anew, by what is known now. */
  readonly reconsider: () => Promise<unknown>;
  /** Has what is chosen now answer, once the conversation rests. */
  readonly exchange: () => void;
  readonly onError: (error: VoiceAgentError) => void;
}

export class DeviceModel {
  readonly #options: DeviceModelOptions;
  readonly #upgrade: ModelUpgrade;
  #trial: { readonly modelId: string; readonly controller: AbortController } | null = null;

  constructor(options: DeviceModelOptions) {
    this.#options = options;
    this.#upgrade = new ModelUpgrade(options);
  }

  /** Tries what is better than what answers now, or for null what answers now; nobody waits for it. */
  improve(better: WantedModel | null): void {
    this.#upgrade.want(better);
    const { selection } = this.#options;
    const modelId = selection.isLeftToDevice('llm') ? selection.modelOf('llm') : null;
    this.#want(better === null ? modelId : null);
  }

  dispose(): void {
    this.#upgrade.dispose();
    this.#want(null);
  }

  #want(modelId: string | null): void {
    if (this.#trial?.modelId === modelId) return;
    this.#trial?.controller.abort(createAbortReason('Another language model is tried.'));
    this.#trial = null;
    if (modelId === null) return;
    const controller = new AbortController();
    this.#trial = { modelId, controller };
    this.#try(modelId, controller.signal)
      .catch((error: unknown) => {
        // What was lost in its trial is told by its supervisor.
        if (!isAbort(error) && !isLost(error)) this.#options.onError(VoiceAgentError.from(error));
      })
      .finally(() => {
        if (this.#trial?.controller === controller) this.#trial = null;
      });
  }

  /** Once for each device: the verdict is kept. */
  async #try(modelId: string, signal: AbortSignal): Promise<void> {
    const { clock, rest, selection, workers } = this.#options;
    const subject = await selection.subjectOf(modelId);
    if ((await selection.rtfs.read(subject)) !== null) return;
    const model = {
      measureRtf: (both: AbortSignal) =>
        tryModel(() => workers.openPort('llm'), { clock, signal: both }),
    };
    const rtf = await measureAtRest(model, { clock, rest }, signal);
    if (rtf === null) return;
    const isReplaced = rtf > KEEPS_UP_RTF && (await this.#replace(modelId));
    await selection.rtfs.write(subject, rtf);
    if (!isReplaced) return;
    // From here on it is the verdict that it is not chosen by: the reason tells the figure.
    selection.setRefused(modelId, false);
    await this.#options.reconsider();
    this.#options.exchange();
  }

  /** By what is on the device: nothing is downloaded that nobody agreed to, and the next visit takes something else. */
  async #replace(modelId: string): Promise<boolean> {
    const { selection, standIns } = this.#options;
    return selection.modelOf('llm') === modelId && standIns.chooseForLost('llm');
  }
}

const isLost = (error: unknown): boolean =>
  VoiceAgentError.is(error) && error.code === 'worker-crashed';
