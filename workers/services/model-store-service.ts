// Serves the model store on ports: reads by number, progress and fallbacks to the registered observer. Store worker.
import { transfer } from 'comlink';
import type { StorageFallbackReason, StoredModel } from '../../src/core/contracts/model-files.ts';
import type { ModelStoreObserver, ModelStoreService } from '../../src/engines/services.ts';
import { findModel, modelBytes } from '../../src/models/catalog.ts';
import type { ModelCatalog } from '../../src/models/catalog.ts';
import type { ModelDirectory } from '../../src/models/model-directory.ts';
import { createModelStore } from '../../src/models/model-store.ts';
import type { ModelProgress, ModelStore } from '../../src/models/model-store.ts';
import { Requests } from '../../src/engines/host-requests.ts';

/** Bytes come thousands of times a second; nobody looks more often than this. */
const TELL_EVERY_MS = 50;

export interface ModelStoreServiceOptions {
  readonly catalog: ModelCatalog;
  readonly baseUrls: readonly string[];
  readonly directory: ModelDirectory | null;
}

export class ModelStoreServiceHost implements ModelStoreService {
  readonly #catalog: ModelCatalog;
  readonly #store: ModelStore;
  readonly #requests = new Requests();
  /** By model and file. */
  readonly #files = new Map<string, Map<string, ModelProgress>>();
  readonly #toldMs = new Map<string, number>();
  /** Told of before anybody listened. */
  #fallbacks: StorageFallbackReason[] = [];
  #observer: ModelStoreObserver | null = null;

  constructor(options: ModelStoreServiceOptions) {
    this.#catalog = options.catalog;
    this.#store = createModelStore({
      ...options,
      onProgress: (progress) => this.#handleProgress(progress),
      onFallback: ({ reason }) => this.#handleFallback(reason),
    });
  }

  listen(observer: ModelStoreObserver): void {
    this.#observer = observer;
    this.#fallbacks.splice(0).forEach((reason) => observer.handleFallback(reason));
  }

  async read(requestId: number, modelId: string, fileName: string): Promise<ArrayBuffer> {
    const bytes = await this.#requests.run(requestId, (signal) =>
      this.#store.read(modelId, fileName, { signal }),
    );
    // Who cancelled does not wait for an answer.
    return bytes === undefined ? new ArrayBuffer() : transfer(bytes, [bytes]);
  }

  cancel(requestId: number): void {
    this.#requests.cancel(requestId);
  }

  list(): Promise<readonly StoredModel[]> {
    return this.#store.list();
  }

  delete(modelId: string): Promise<void> {
    return this.#store.delete(modelId);
  }

  prefer(modelIds: readonly string[]): void {
    this.#store.prefer(modelIds);
  }

  setPaused(isPaused: boolean): void {
    this.#store.setPaused(isPaused);
  }

  #handleFallback(reason: StorageFallbackReason): void {
    if (this.#observer === null) this.#fallbacks.push(reason);
    else this.#observer.handleFallback(reason);
  }

  #handleProgress(progress: ModelProgress): void {
    const { modelId, fileName } = progress;
    const files = this.#files.get(modelId) ?? new Map<string, ModelProgress>();
    this.#files.set(modelId, files.set(fileName, progress));
    const isWhole = progress.loadedBytes === progress.totalBytes;
    const nowMs = performance.now();
    const toldMs = this.#toldMs.get(modelId) ?? -Infinity;
    if (!isWhole && nowMs - toldMs < TELL_EVERY_MS) return;
    this.#toldMs.set(modelId, nowMs);
    const sum = (key: 'loadedBytes' | 'fetchedBytes'): number =>
      [...files.values()].reduce((total, file) => total + file[key], 0);
    this.#observer?.handleProgress({
      modelId,
      loadedBytes: sum('loadedBytes'),
      fetchedBytes: sum('fetchedBytes'),
      totalBytes: modelBytes(findModel(this.#catalog, modelId)),
    });
  }
}
