// A stage in a worker: supervision of it and the port that joins it to the turn worker. Main thread.
import { transfer } from 'comlink';
import type { Clock } from '../core/clock.ts';
import type { LoadedEngine } from '../core/contracts/loaded-engine.ts';
import { VoiceAgentError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import type { EngineStageName } from '../agent/turn-service.ts';
import type { EngineWorkerConfig } from '../engines/worker-configs.ts';
import type { EngineInfo } from '../core/contracts/engine.ts';
import type { Fallback } from '../rpc/expose-worker.ts';
import { WorkerHost } from '../rpc/worker-host.ts';
import type { ModelFilePorts } from './model-library.ts';
import type { Stage } from './stage.ts';

export interface EngineStageOptions {
  readonly stage: EngineStageName;
  readonly workerName: string;
  readonly create: () => Worker;
  readonly config: EngineWorkerConfig;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly files: ModelFilePorts;
  /** A worker is loaded and can be reached on `port`. Resolves when the conversation uses it. */
  readonly onReady: (loaded: LoadedEngine, port: MessagePort) => Promise<void>;
  readonly onLost: (error: VoiceAgentError, willRestart: boolean) => void;
  /** The engine runs on something else than it was to; `info` as it is now, null while it loads. */
  readonly onFallback: (error: VoiceAgentError, info: EngineInfo | null) => void;
}

export class EngineStage implements Stage {
  readonly #options: EngineStageOptions;
  readonly #host: WorkerHost<EngineWorkerConfig, LoadedEngine>;
  #loaded: LoadedEngine | null = null;
  #connect: (() => Promise<MessagePort>) | null = null;
  #isAdopted = false;
  #used: Promise<void> = Promise.resolve();
  #detachFiles: () => void = () => undefined;

  constructor(options: EngineStageOptions) {
    this.#options = options;
    this.#host = new WorkerHost<EngineWorkerConfig, LoadedEngine>({
      name: options.workerName,
      url: `the ${options.workerName} worker's script`,
      create: options.create,
      clock: options.clock,
      logger: options.logger,
      onLost: (error, willRestart) => {
        this.#connect = null;
        options.onLost(error, willRestart);
      },
      onFallback: (fallback) => this.#handleFallback(fallback),
      prepare: async (control) => {
        this.#detachFiles();
        this.#detachFiles = options.files.attach(
          (port) => void control.attachFiles(transfer(port, [port])),
        );
        const loaded = await control.load(options.config);
        this.#loaded = loaded;
        this.#connect = async () => {
          const { port1, port2 } = new MessageChannel();
          await control.connect(transfer(port1, [port1]));
          return port2;
        };
        if (this.#isAdopted) await this.join();
      },
    });
  }

  get loaded(): LoadedEngine | null {
    return this.#loaded;
  }

  get config(): EngineWorkerConfig {
    return this.#options.config;
  }

  start(signal: AbortSignal | undefined): Promise<void> {
    return this.#host.start(signal === undefined ? {} : { signal });
  }

  adopt(): Promise<void> {
    this.#isAdopted = true;
    return this.join();
  }

  async join(): Promise<void> {
    if (this.#connect === null || this.#loaded === null) return;
    const port = await this.#connect();
    this.#used = this.#options.onReady(this.#loaded, port);
  }

  get used(): Promise<void> {
    return this.#used;
  }

  async openPort(): Promise<MessagePort> {
    if (this.#connect !== null) return this.#connect();
    throw createNotLoadedError(this.#options.workerName);
  }

  dispose(): void {
    this.#detachFiles();
    this.#host.dispose();
  }

  #handleFallback({ error, info }: Fallback): void {
    if (info !== null && this.#loaded !== null) this.#loaded = { ...this.#loaded, info };
    this.#options.onFallback(VoiceAgentError.fromRecord(error), info);
  }
}

export function createNotLoadedError(worker: string): VoiceAgentError {
  const message = `The ${worker} worker is being started, or started again. Repeat that in a moment.`;
  const details = { worker, reason: 'not loaded' };
  return new VoiceAgentError('worker-crashed', message, { details, retryable: true });
}
