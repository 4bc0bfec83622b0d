// The page's end of the service worker: the count of what left, and who may take a new version.
import { describe, expect, test } from 'vitest';
import { AppShell } from '../../../src/offline/app-shell.ts';
import { ConversationLock, isConversing } from '../../../src/offline/conversation-lock.ts';

/** Locks as the browser keeps them, as far as they are used here: shared ones, and one that waits for these. */
function createFakeLocks(): Pick<LockManager, 'request'> {
  let shared = 0;
  const freed = new EventTarget();
  const waitUntilFree = (signal: AbortSignal | undefined): Promise<void> =>
    new Promise((resolve, reject) => {
      if (shared === 0) return resolve();
      freed.addEventListener('free', () => resolve(), { once: true });
      signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
  const request = async (
    _name: string,
    { mode, signal }: LockOptions,
    work: () => unknown,
  ): Promise<unknown> => {
    if (mode !== 'shared') {
      await waitUntilFree(signal);
      return work();
    }
    shared += 1;
    try {
      return await work();
    } finally {
      shared -= 1;
      if (shared === 0) freed.dispatchEvent(new Event('free'));
    }
  };
  return { request } as unknown as LockManager;
}

/** Of locks: so long a page waits for others, in these tests. */
const CLOSING_MS = 20;
const createLock = (locks: Pick<LockManager, 'request'>): ConversationLock =>
  new ConversationLock(locks, 'https://host.test/', CLOSING_MS);

function createContainer(isControlled: boolean) {
  /** What the service workers were told. */
  const posted: unknown[] = [];
  const browser = { isBusy: false };
  const waiting = Object.assign(new EventTarget(), {
    postMessage(data: unknown) {
      posted.push(['waiting', data]);
      if (browser.isBusy) return;
      queueMicrotask(() => container.dispatchEvent(new Event('controllerchange')));
    },
  });
  const registration = Object.assign(new EventTarget(), {
    installing: null as typeof waiting | null,
    waiting: null as typeof waiting | null,
    active: { postMessage: (data: unknown) => void posted.push(['active', data]) },
  });
  const container = Object.assign(new EventTarget(), {
    controller: null as object | null,
    startMessages: () => undefined,
    register: async () => registration,
  });
  if (isControlled) container.controller = {};
  /** The first service worker of a page serves it from now on. */
  const claim = (): void => {
    container.controller = { postMessage: (data: unknown) => void posted.push(['first', data]) };
    container.dispatchEvent(new Event('controllerchange'));
  };
  return { container, registration, waiting, posted, browser, claim };
}

function createRig(options: { isControlled: boolean; locks?: Pick<LockManager, 'request'> }) {
  const fakes = createContainer(options.isControlled);
  const lock = createLock(options.locks ?? createFakeLocks());
  let reloads = 0;
  const shell = new AppShell({
    container: fakes.container as unknown as ServiceWorkerContainer,
    lock,
    scriptUrl: 'service-worker.js',
    reload: () => void (reloads += 1),
    changeLimitMs: 1,
  });
  const report = (host: string): void => {
    const data = { type: 'request-left', host };
    fakes.container.dispatchEvent(new MessageEvent('message', { data }));
  };
  const arrive = (): void => {
    fakes.registration.installing = fakes.waiting;
    fakes.registration.dispatchEvent(new Event('updatefound'));
    fakes.registration.waiting = fakes.waiting;
    fakes.waiting.dispatchEvent(new Event('statechange'));
  };
  return { ...fakes, shell, lock, report, arrive, reloads: () => reloads };
}

/** Lets promises settle. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the count', () => {
  test('is the service worker’s, by request and host', () => {
    const { shell, report } = createRig({ isControlled: true });
    expect(shell.state).toMatchObject({ isCounting: true, requestsLeft: 0 });
    for (const host of ['a.test', 'b.test', 'a.test']) report(host);
    expect(shell.state).toMatchObject({ requestsLeft: 3, hosts: ['a.test', 'b.test'] });
  });

  test('claims nothing of a page that came before the service worker', () => {
    const { shell, claim, reloads } = createRig({ isControlled: false });
    expect(shell.state).toMatchObject({ isCounting: false, isKept: false });
    claim();
    expect(shell.state).toMatchObject({ isCounting: false, isKept: true });
    expect(reloads()).toBe(0);
  });
});

describe('a first visit', () => {
  const keepLoaded = ['first', { type: 'keep-loaded' }];

  test('has what it loaded kept: once it is served, and after each later load', () => {
    const { shell, claim, posted } = createRig({ isControlled: false });
    shell.keepLoaded();
    expect(posted).toEqual([]);
    claim();
    expect(posted).toEqual([keepLoaded]);
    shell.keepLoaded();
    expect(posted).toEqual([keepLoaded, keepLoaded]);
  });

  test('has later ones kept as it comes', () => {
    const { shell, posted } = createRig({ isControlled: true });
    shell.keepLoaded();
    expect(posted).toEqual([]);
  });

  test('that cannot be kept is told so', async () => {
    const { shell, registration, waiting } = createRig({ isControlled: false });
    Object.assign(registration, { active: null, installing: waiting });
    await shell.start();
    expect(shell.state.isRefused).toBe(false);
    Object.assign(waiting, { state: 'redundant' });
    waiting.dispatchEvent(new Event('statechange'));
    expect(shell.state.isRefused).toBe(true);
  });

  test('of a browser that forbids it is told so', async () => {
    const { shell, container } = createRig({ isControlled: false });
    container.register = () => Promise.reject(new DOMException('denied', 'SecurityError'));
    await expect(shell.start()).rejects.toThrow('denied');
    expect(shell.state).toMatchObject({ isRefused: true, isKept: false });
  });
});

describe('a new version', () => {
  test('is told, and takes over and reloads when it is wanted', async () => {
    const { shell, arrive, posted, reloads } = createRig({ isControlled: true });
    await shell.start();
    expect(shell.state.hasUpdate).toBe(false);
    arrive();
    expect(shell.state.hasUpdate).toBe(true);
    expect(posted).toEqual([]);
    expect(await shell.takeUpdate()).toBe('reloading');
    expect(posted).toEqual([
      ['active', { type: 'give-way' }],
      ['waiting', { type: 'take-over' }],
    ]);
    expect(reloads()).toBe(1);
  });

  test('waits while another page has a conversation', async () => {
    const locks = createFakeLocks();
    const other = createLock(locks);
    const { shell, arrive, posted } = createRig({ isControlled: true, locks });
    await shell.start();
    arrive();
    other.setHeld(true);
    expect(await shell.takeUpdate()).toBe('conversation');
    expect(posted).toEqual([]);
    other.setHeld(false);
    await settle();
    expect(await shell.takeUpdate()).toBe('reloading');
  });

  test('waits for a page that is just being closed', async () => {
    const locks = createFakeLocks();
    const other = createLock(locks);
    const lock = new ConversationLock(locks, 'https://host.test/', 60_000);
    other.setHeld(true);
    let isDone = false;
    const taken = lock.runAlone(async () => void (isDone = true));
    await settle();
    expect(isDone).toBe(false);
    other.setHeld(false);
    expect(await taken).toBe(true);
    expect(isDone).toBe(true);
  });

  test('tells what went wrong in its midst', async () => {
    const lock = createLock(createFakeLocks());
    const broken = lock.runAlone(() => Promise.reject(new Error('broken')));
    await expect(broken).rejects.toThrow('broken');
  });

  test('does not wait for the page that asks', async () => {
    const { shell, lock, arrive } = createRig({ isControlled: true });
    await shell.start();
    arrive();
    lock.setHeld(true);
    const taken = shell.takeUpdate();
    // Its conversation goes on meanwhile, and says so.
    lock.setHeld(true);
    expect(await taken).toBe('reloading');
  });

  test('that has to wait leaves this page its own conversation', async () => {
    const locks = createFakeLocks();
    const other = createLock(locks);
    const { shell, lock, arrive } = createRig({ isControlled: true, locks });
    await shell.start();
    arrive();
    lock.setHeld(true);
    other.setHeld(true);
    expect(await shell.takeUpdate()).toBe('conversation');
    other.setHeld(false);
    await settle();
    expect(await other.runAlone(async () => undefined)).toBe(false);
  });

  test('is no concern of a page that the browser forbids locks, and a conversation is none of its errors', async () => {
    const denied = { request: () => Promise.reject(new DOMException('denied', 'SecurityError')) };
    const lock = createLock(denied);
    // What is rejected and caught by nobody fails the test.
    lock.setHeld(true);
    await settle();
    await expect(lock.runAlone(async () => undefined)).rejects.toThrow('denied');
  });

  test('is late where the browser goes on with the old one, and reloads the page when it is there', async () => {
    const { shell, arrive, browser, container, reloads } = createRig({ isControlled: true });
    browser.isBusy = true;
    await shell.start();
    arrive();
    expect(await shell.takeUpdate()).toBe('late');
    expect(reloads()).toBe(0);
    container.dispatchEvent(new Event('controllerchange'));
    expect(reloads()).toBe(1);
  });

  test('that is late cuts off no conversation that began meanwhile: its page is reloaded when that is asked for', async () => {
    const { shell, lock, arrive, browser, container, registration, reloads } = createRig({
      isControlled: true,
    });
    browser.isBusy = true;
    await shell.start();
    arrive();
    expect(await shell.takeUpdate()).toBe('late');
    lock.setHeld(true);
    registration.waiting = null;
    container.dispatchEvent(new Event('controllerchange'));
    expect(reloads()).toBe(0);
    expect(shell.state.hasUpdate).toBe(true);
    expect(await shell.takeUpdate()).toBe('reloading');
    expect(reloads()).toBe(1);
  });

  test('lets go of the conversation for good before it reloads', async () => {
    const { shell, lock, arrive } = createRig({ isControlled: true });
    await shell.start();
    arrive();
    lock.setHeld(true);
    await shell.takeUpdate();
    // Its conversation says that it runs, until the page is gone.
    lock.setHeld(true);
    expect(lock.isHeld).toBe(false);
  });

  test('is told by the locks whether a conversation runs or is about to, of this app', async () => {
    const query = (...locks: LockInfo[]) =>
      isConversing({ query: async () => ({ held: locks, pending: [] }) }, 'https://host.test/');
    const name = 'parley-conversation https://host.test/';
    expect(await query({ name, mode: 'shared', clientId: 'a' })).toBe(true);
    expect(await query({ name, mode: 'exclusive', clientId: 'a' })).toBe(false);
    expect(await query({ name: `${name}other/`, mode: 'shared', clientId: 'a' })).toBe(false);
    expect(await query()).toBe(false);
    const pending = [{ name, mode: 'shared', clientId: 'a' } as const];
    const locks = { query: async () => ({ held: [], pending }) };
    expect(await isConversing(locks, 'https://host.test/')).toBe(true);
  });

  test('that another page took a moment ago is reloaded for', async () => {
    const { shell, arrive, registration, posted, reloads } = createRig({ isControlled: true });
    await shell.start();
    arrive();
    registration.waiting = null;
    expect(await shell.takeUpdate()).toBe('reloading');
    expect(posted).toEqual([]);
    expect(reloads()).toBe(1);
  });

  test('reloads a page that another page updated', () => {
    const { container, reloads } = createRig({ isControlled: true });
    container.dispatchEvent(new Event('controllerchange'));
    expect(reloads()).toBe(1);
  });

  test('after a first visit reloads it too, though not at its first service worker', () => {
    const { container, reloads } = createRig({ isControlled: false });
    container.dispatchEvent(new Event('controllerchange'));
    container.dispatchEvent(new Event('controllerchange'));
    expect(reloads()).toBe(1);
  });
});
