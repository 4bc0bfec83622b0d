// When nobody speaks, thinks or waits for an answer: the moments to change something in. Any thread; portable.
import { createAbortReason } from '../core/abort.ts';
import type { AgentState, UserState } from './state.ts';

export class ConversationRest {
  #isAtRest = true;
  #waiting: (() => void)[] = [];
  #rest = new AbortController();

  /** Fires when the present rest ends; of a conversation that goes on it has fired. */
  get ended(): AbortSignal {
    return this.#rest.signal;
  }

  /** As the dialogue tells it. */
  setState({ user, agent }: { user: UserState; agent: AgentState }): void {
    const isAtRest = user === 'silent' && agent === 'idle';
    if (isAtRest === this.#isAtRest) return;
    this.#isAtRest = isAtRest;
    if (!isAtRest) {
      this.#rest.abort(createAbortReason('The conversation goes on.'));
      return;
    }
    this.#rest = new AbortController();
    // Later, since whoever tells the state is in the middle of what led to it.
    queueMicrotask(() => this.#runWaiting());
  }

  /** Runs each action once, in order: at once, or in the next rest. It waits for as long as people talk. */
  run(action: () => void): void {
    this.#waiting.push(action);
    this.#runWaiting();
  }

  #runWaiting(): void {
    while (this.#isAtRest) {
      const action = this.#waiting.shift();
      if (action === undefined) return;
      action();
    }
  }
}
