// The page's model store: its supervised worker, the ports that engine workers read by, and what the page asks
// of it. Main thread.
import { proxy, transfer, wrap } from 'comlink';
import type { Remote } from 'comlink';
import type { VoiceAgentModels } from '../agent/voice-agent-api.ts';
import type { Clock } from '../core/clock.ts';
import type { StorageFallbackReason, StoredModel } from '../core/contracts/model-files.ts';
import type { VoiceAgentError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import type { ModelLoadProgress, ModelStoreService } from '../engines/services.ts';
import type { StoreConfig } from '../engines/worker-configs.ts';
import { WorkerHost } from '../rpc/worker-host.ts';
import { createNotLoadedError } from './engine-stage.ts';
import { createWorker } from './worker-scripts.ts';

/** Where engine workers get their files from. */
export interface ModelFilePorts {
  /** Hands `client` a port to the store, and another one whenever the store was started again; returns the detach. */
  attach(client: (port: MessagePort) => void): () => void;
}

export interface ModelLibraryOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Asked at the store's start, and again after a failed one. */
  readonly getConfig: () => Promise<StoreConfig>;
  readonly onProgress: (progress: ModelLoadProgress) => void;
  readonly onFallback: (reason: StorageFallbackReason) => void;
  readonly onLost: (error: VoiceAgentError) => void;
}

interface Connection {
  readonly service: Remote<ModelStoreService>;
  openPort(): Promise<MessagePort>;
}

export class ModelLibrary implements ModelFilePorts, VoiceAgentModels {
  readonly #host: WorkerHost<StoreConfig, null>;
  readonly #clients = new Set<(port: MessagePort) => void>();
  #connection: Connection | null = null;
  #isPaused = false;
  #preferred: readonly string[] = [];

  constructor(options: ModelLibraryOptions) {
    this.#host = new WorkerHost<StoreConfig, null>({
      name: 'store',
      url: "the store worker's script",
      create: () => createWorker('store'),
      clock: options.clock,
      logger: options.logger,
      onLost: (error) => {
        this.#connection = null;
        options.onLost(error);
      },
      prepare: async (control) => {
        await control.load(await options.getConfig());
        const openPort = async (): Promise<MessagePort> => {
          const { port1, port2 } = new MessageChannel();
          await control.connect(transfer(port1, [port1]));
          return port2;
        };
        const service = wrap<ModelStoreService>(await openPort());
        const { onProgress, onFallback } = options;
        await service.listen(proxy({ handleProgress: onProgress, handleFallback: onFallback }));
        await service.setPaused(this.#isPaused);
        await service.prefer(this.#preferred);
        this.#connection = { service, openPort };
        for (const client of [...this.#clients]) client(await openPort());
      },
    });
  }

  /** Starts the store; idempotent. */
  start(signal: AbortSignal | undefined): Promise<void> {
    return this.#host.start(signal === undefined ? {} : { signal });
  }

  attach(client: (port: MessagePort) => void): () => void {
    this.#clients.add(client);
    void this.#connection?.openPort().then(client);
    return () => {
      this.#clients.delete(client);
    };
  }

  async list(): Promise<readonly StoredModel[]> {
    return (await this.#connect()).list();
  }

  async delete(modelId: string): Promise<void> {
    await (await this.#connect()).delete(modelId);
  }

  pause(): void {
    this.#setPaused(true);
  }

  resume(): void {
    this.#setPaused(false);
  }

  /** Has what is missing of these models fetched first, in place of those named before. */
  prefer(modelIds: readonly string[]): void {
    this.#preferred = modelIds;
    void this.#connection?.service.prefer(modelIds);
  }

  dispose(): void {
    this.#clients.clear();
    this.#host.dispose();
  }

  #setPaused(isPaused: boolean): void {
    this.#isPaused = isPaused;
    void this.#connection?.service.setPaused(isPaused);
  }

  async #connect(): Promise<Remote<ModelStoreService>> {
    await this.start(undefined);
    if (this.#connection !== null) return this.#connection.service;
    throw createNotLoadedError('store');
  }
}
