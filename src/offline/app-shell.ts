// The page's end of the service worker: what left the page, and when a new version may take over. Page.
import type { ConversationLock } from './conversation-lock.ts';
import { isShellReport } from './shell-protocol.ts';
import type { ShellRequest } from './shell-protocol.ts';

export interface ShellState {
  /** Whether the service worker has seen all requests of this page, its own included. */
  readonly isCounting: boolean;
  /** Requests that left the device since the page was asked for, as the service worker counts them. */
  readonly requestsLeft: number;
  /** Whom they went to. */
  readonly hosts: readonly string[];
  /** Whether the page would load without a network, now. */
  readonly isKept: boolean;
  readonly hasUpdate: boolean;
}

/**
 * What became of a wish for the new version: the page is about to reload; another page has a conversation; or
 * the browser goes on with the old version for a while, and reloads the page when it is done with it.
 */
export type UpdateOutcome = 'reloading' | 'conversation' | 'late';

export interface AppShellOptions {
  readonly container: ServiceWorkerContainer;
  readonly lock: ConversationLock;
  readonly scriptUrl: string;
  readonly reload: () => void;
  /** The wait for the browser's change of version; for tests. */
  readonly changeLimitMs?: number;
}

/** Chromium takes one second. */
const CHANGE_LIMIT_MS = 10_000;

export class AppShell {
  readonly #options: AppShellOptions;
  readonly #listeners = new Set<(state: ShellState) => void>();
  #state: ShellState;
  #registration: Pick<ServiceWorkerRegistration, 'active' | 'waiting'> | null = null;

  constructor(options: AppShellOptions) {
    this.#options = options;
    const { container } = options;
    const isControlled = container.controller !== null;
    this.#state = {
      isCounting: isControlled,
      requestsLeft: 0,
      hosts: [],
      isKept: isControlled,
      hasUpdate: false,
    };
    container.addEventListener('message', ({ data }) => this.#handleMessage(data));
    container.addEventListener('controllerchange', () => this.#handleController());
    // Reports of the time before this listener wait for it.
    container.startMessages();
  }

  get state(): ShellState {
    return this.#state;
  }

  /** Called after every change; returns the detach. */
  onChange(listener: (state: ShellState) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Registers the service worker. Rejects where the browser forbids it or the script is missing. */
  async start(): Promise<void> {
    const { container, scriptUrl } = this.#options;
    const registration = await container.register(scriptUrl);
    const watch = (worker: ServiceWorker | null): void => {
      worker?.addEventListener('statechange', () => this.#noteWaiting(registration));
      this.#noteWaiting(registration);
    };
    watch(registration.installing);
    registration.addEventListener('updatefound', () => watch(registration.installing));
  }

  /**
   * Lets the new version take over, and reloads every page of the app: this page's own conversation ends with
   * it. Nothing changes while another page has one.
   */
  async takeUpdate(): Promise<UpdateOutcome> {
    let outcome: UpdateOutcome = 'conversation';
    await this.#options.lock.runAlone(async () => {
      outcome = (await this.#change()) ? 'reloading' : 'late';
    });
    return outcome;
  }

  /** Resolves with whether the new version is there, after the limit at the latest. */
  async #change(): Promise<boolean> {
    const { container, reload, changeLimitMs = CHANGE_LIMIT_MS } = this.#options;
    const { active = null, waiting = null } = this.#registration ?? {};
    if (waiting === null) {
      // Another page took it, a moment ago.
      reload();
      return true;
    }
    const changed = new Promise<boolean>((resolve) => {
      container.addEventListener('controllerchange', () => resolve(true), { once: true });
      setTimeout(() => resolve(false), changeLimitMs);
    });
    active?.postMessage({ type: 'give-way' } satisfies ShellRequest);
    waiting.postMessage({ type: 'take-over' } satisfies ShellRequest);
    return changed;
  }

  #noteWaiting(registration: ServiceWorkerRegistration): void {
    this.#registration = registration;
    const { waiting, active } = registration;
    this.#show({ hasUpdate: waiting !== null && active !== null });
  }

  #handleController(): void {
    // The first version serves what the page is; a later one would mix with it.
    if (this.#state.isKept) this.#options.reload();
    else this.#show({ isKept: true });
  }

  #handleMessage(data: unknown): void {
    if (!isShellReport(data)) return;
    const { requestsLeft, hosts } = this.#state;
    this.#show({
      requestsLeft: requestsLeft + 1,
      hosts: hosts.includes(data.host) ? hosts : [...hosts, data.host],
    });
  }

  #show(change: Partial<ShellState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of [...this.#listeners]) listener(this.#state);
  }
}
