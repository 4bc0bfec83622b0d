// Has a better language model take the place of the one that answers, once it is there and keeps up. Main thread.
import type { ConversationRest } from '../agent/conversation-rest.ts';
import { createAbortReason } from '../core/abort.ts';
import type { Clock } from '../core/clock.ts';
import { VoiceAgentError } from '../core/errors.ts';
import type { EngineWorkerConfig } from '../engines/worker-configs.ts';
import type { EngineSelection } from './engine-selection.ts';
import { rehearse } from './rehearse.ts';
import type { MeasuredUnderstudy } from './rehearse.ts';
import type { RtfSubject } from './rtf-verdicts.ts';
import { tryModel } from './try-model.ts';
import type { Understudy, WorkerPool } from './worker-pool.ts';

export interface WantedModel {
  readonly modelId: string;
  readonly config: EngineWorkerConfig;
}

export interface ModelUpgradeOptions {
  readonly clock: Clock;
  readonly rest: ConversationRest;
  readonly workers: Pick<WorkerPool, 'rehearse'>;
  readonly selection: Pick<EngineSelection, 'rtfs' | 'setRefused' | 'subjectOf' | 'takeBetterLlm'>;
  /** Chooses anew, by what is known now. */
  readonly reconsider: () => Promise<unknown>;
  /** Why it could not be loaded. */
  readonly onError: (error: VoiceAgentError) => void;
}

export class ModelUpgrade {
  readonly #options: ModelUpgradeOptions;
  #current: { readonly modelId: string; readonly controller: AbortController } | null = null;

  constructor(options: ModelUpgradeOptions) {
    this.#options = options;
  }

  /** Null, or another wish, ends what is being fetched. */
  want(model: WantedModel | null): void {
    if (this.#current?.modelId === model?.modelId) return;
    this.#current?.controller.abort(createAbortReason('Another language model is wanted.'));
    this.#current = null;
    if (model === null) return;
    const controller = new AbortController();
    this.#current = { modelId: model.modelId, controller };
    void this.#run(model, controller.signal);
  }

  dispose(): void {
    this.want(null);
  }

  async #run({ modelId, config }: WantedModel, signal: AbortSignal): Promise<void> {
    const { workers, selection, reconsider, onError } = this.#options;
    const { clock, rest } = this.#options;
    const subject = await selection.subjectOf(modelId);
    const load = async (): Promise<MeasuredUnderstudy> => {
      const understudy = await workers.rehearse('llm', config, signal);
      return { ...understudy, measureRtf: (both) => this.#measure(subject, understudy, both) };
    };
    const keep = (rtf: number): Promise<void> => selection.rtfs.write(subject, rtf);
    try {
      const outcome = await rehearse({ clock, rest, load, keep, isTakenUnmeasured: true }, signal);
      if (outcome === 'adopted') selection.takeBetterLlm();
    } catch (error) {
      if (signal.aborted) return;
      onError(VoiceAgentError.from(error));
      selection.setRefused(modelId, true);
    }
    if (this.#current?.modelId === modelId) this.#current = null;
    await reconsider();
  }

  /** Once for each device. */
  async #measure(
    subject: RtfSubject,
    understudy: Understudy,
    signal: AbortSignal,
  ): Promise<number | null> {
    const { clock, selection } = this.#options;
    const known = await selection.rtfs.read(subject);
    return known ?? tryModel(() => understudy.openPort(), { clock, signal });
  }
}
