// A typed event emitter, portable: `on` returns its detach, and a listener that throws harms no other.

export type Listener<Event> = (event: Event) => void;

export class Emitter<Events extends { type: string }> {
  readonly #listeners = new Map<string, Set<Listener<never>>>();
  readonly #onListenerError: (error: unknown) => void;

  /** @param onListenerError receives what a listener throws; the others are still called. */
  constructor(onListenerError: (error: unknown) => void) {
    this.#onListenerError = onListenerError;
  }

  /** Listens to one event type, or to `'*'` for all. Returns the detach; calling it twice is harmless. */
  on<Type extends Events['type'] | '*'>(
    type: Type,
    listener: Listener<Type extends '*' ? Events : Extract<Events, { type: Type }>>,
  ): () => void {
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }

  emit(event: Events): void {
    this.#call(event.type, event);
    this.#call('*', event);
  }

  clear(): void {
    this.#listeners.clear();
  }

  #call(type: string, event: Events): void {
    for (const listener of [...(this.#listeners.get(type) ?? [])]) {
      try {
        (listener as Listener<Events>)(event);
      } catch (error) {
        this.#onListenerError(error);
      }
    }
  }
}
