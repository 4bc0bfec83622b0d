// Knows whether a conversation runs in any page of the app: a lock that pages share while they hold one. Page, and
// service worker.

/** A page that was just closed holds its lock for a moment. */
const CLOSING_MS = 1_000;

const toName = (scope: string): string => `parley-conversation ${scope}`;

/** Whether a page of the app has a conversation, or is about to. @param scope the app's folder, absolute. */
export async function isConversing(
  locks: Pick<LockManager, 'query'>,
  scope: string,
): Promise<boolean> {
  const { held = [], pending = [] } = await locks.query();
  return [...held, ...pending].some(
    ({ name, mode }) => name === toName(scope) && mode === 'shared',
  );
}

export class ConversationLock {
  readonly #locks: Pick<LockManager, 'request'>;
  readonly #name: string;
  readonly #closingMs: number;
  #release: (() => void) | null = null;
  #isWanted = false;
  #isYielding = false;
  #hasLeft = false;
  #released: Promise<unknown> = Promise.resolve();

  /**
   * @param scope the app's folder, absolute: apps of one origin do not wait for each other.
   * @param closingMs for how long other pages are waited for; for tests.
   */
  constructor(locks: Pick<LockManager, 'request'>, scope: string, closingMs: number = CLOSING_MS) {
    this.#locks = locks;
    this.#name = toName(scope);
    this.#closingMs = closingMs;
  }

  /** Whether this page keeps others from the new version: not while it wants that itself. */
  get isHeld(): boolean {
    return this.#release !== null;
  }

  /** Whether this page has a conversation to lose. */
  setHeld(isHeld: boolean): void {
    this.#isWanted = isHeld;
    if (!this.#isYielding) this.#hold(isHeld);
  }

  /** For a page that is about to be reloaded: it has no conversation any more. */
  leave(): void {
    this.#hasLeft = true;
    this.setHeld(false);
  }

  /**
   * Lets go of this page's own, then runs `work` if no page has a conversation. Resolves with false, without
   * running it, when another page has one. This page's own is held again after it.
   */
  async runAlone(work: () => Promise<void>): Promise<boolean> {
    // A conversation goes on telling that it runs: it must not come in between.
    this.#isYielding = true;
    this.#hold(false);
    try {
      await this.#released;
      return await this.#requestAlone(work);
    } finally {
      this.#isYielding = false;
      this.#hold(this.#isWanted);
    }
  }

  async #requestAlone(work: () => Promise<void>): Promise<boolean> {
    const signal = AbortSignal.timeout(this.#closingMs);
    const state = { isAlone: false };
    try {
      await this.#locks.request(this.#name, { signal }, async () => {
        state.isAlone = true;
        await work();
      });
    } catch (error) {
      if (state.isAlone || !signal.aborted) throw error;
    }
    return state.isAlone;
  }

  #hold(isHeld: boolean): void {
    if (isHeld === this.isHeld || (isHeld && this.#hasLeft)) return;
    this.#release?.();
    this.#release = null;
    if (!isHeld) return;
    const ended = new Promise<void>((resolve) => {
      this.#release = resolve;
    });
    const held = this.#locks.request(this.#name, { mode: 'shared' }, () => ended);
    // Where the browser forbids storage it forbids locks, and the service worker that would need them.
    this.#released = held.catch(() => undefined);
  }
}
