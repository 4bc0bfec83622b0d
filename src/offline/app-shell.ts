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
  /** Whether it could not be kept, for want of room or of leave: it needs the network at each visit. */
  readonly isRefused: boolean;
  readonly hasUpdate: boolean;
}

/**
 * What became of a wish for the new version: the page is about to reload; another page has a conversation; or
 * the browser goes on with the old version for a while: the page reloads when that is done with, unless it has a
 * conversation by then.
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
  /** Whether the new version serves already what this page asks for. */
  #isBehind = false;
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
      isRefused: false,
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
    try {
      const registration = await container.register(scriptUrl);
      this.#watch(registration, registration.installing);
      registration.addEventListener('updatefound', () =>
        this.#watch(registration, registration.installing),
      );
    } catch (error) {
      this.#show({ isRefused: !this.#state.isKept });
      throw error;
    }
  }

  /**
   * To be called when something was loaded. What a first visit loads before its service worker serves it is kept
   * afterwards; later visits have all they load kept as it comes.
   */
  keepLoaded(): void {
    const { isCounting, isKept } = this.#state;
    if (isCounting || !isKept) return;
    this.#options.container.controller?.postMessage({ type: 'keep-loaded' } satisfies ShellRequest);
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
    const { container, changeLimitMs = CHANGE_LIMIT_MS } = this.#options;
    const { active = null, waiting = null } = this.#registration ?? {};
    if (waiting === null) {
      // It is there already.
      this.#reload();
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

  #watch(registration: ServiceWorkerRegistration, worker: ServiceWorker | null): void {
    const note = (): void => {
      this.#registration = registration;
      const { waiting, active } = registration;
      const isRefused = worker?.state === 'redundant' && active === null;
      const isWaiting = waiting !== null && active !== null;
      this.#show({ hasUpdate: isWaiting || this.#isBehind, isRefused });
    };
    worker?.addEventListener('statechange', note);
    note();
  }

  #handleController(): void {
    if (!this.#state.isKept) {
      // The first version serves what the page is.
      this.#show({ isKept: true, isRefused: false });
      this.keepLoaded();
    } else if (this.#options.lock.isHeld) {
      // It began while the browser was changing over: it goes on, and its page is reloaded when that is asked for.
      this.#isBehind = true;
      this.#show({ hasUpdate: true });
    } else this.#reload();
  }

  #reload(): void {
    this.#options.lock.leave();
    this.#options.reload();
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
