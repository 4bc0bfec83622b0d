// Clean-up in reverse order of building, portable: factories unwind with it when they throw half-way.

export class Disposer {
  readonly #steps: (() => unknown)[] = [];
  #disposed: Promise<void> | undefined;

  /** Adds a step; steps run last-added first. After disposal the step runs at once. */
  add(step: () => unknown): void {
    if (this.#disposed === undefined) this.#steps.push(step);
    else void Promise.resolve().then(step);
  }

  get isDisposed(): boolean {
    return this.#disposed !== undefined;
  }

  /** Runs every step even if some throw, then rejects with the first failure. Idempotent. */
  dispose(): Promise<void> {
    this.#disposed ??= this.#run();
    return this.#disposed;
  }

  async #run(): Promise<void> {
    let failure: { reason: unknown } | undefined;
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      try {
        await step();
      } catch (reason) {
        failure ??= { reason };
      }
    }
    if (failure !== undefined) throw failure.reason;
  }
}
