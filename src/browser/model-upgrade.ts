// Has a better language model take the place of the one that answers, once it is there. Main thread.
import { createAbortReason } from '../core/abort.ts';
import { VoiceAgentError } from '../core/errors.ts';
import type { EngineWorkerConfig } from '../engines/worker-configs.ts';
import type { EngineSelection } from './engine-selection.ts';
import type { WorkerPool } from './worker-pool.ts';

export interface WantedModel {
  readonly modelId: string;
  readonly config: EngineWorkerConfig;
}

export interface ModelUpgradeOptions {
  readonly workers: Pick<WorkerPool, 'rehearse'>;
  readonly selection: Pick<EngineSelection, 'takeBetterLlm' | 'setRefused'>;
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
    try {
      const understudy = await workers.rehearse('llm', config, signal);
      if (signal.aborted) return understudy.dispose();
      await understudy.adopt();
      selection.takeBetterLlm();
    } catch (error) {
      if (signal.aborted) return;
      onError(VoiceAgentError.from(error));
      selection.setRefused(modelId, true);
    }
    if (this.#current?.modelId === modelId) this.#current = null;
    await reconsider();
  }
}
