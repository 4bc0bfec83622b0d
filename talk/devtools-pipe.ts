// Chromium's DevTools protocol over its own pipe: calls, and one event. Node.
import type { ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly sessionId?: string;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

interface Pending {
  readonly resolve: (result: Record<string, unknown>) => void;
  readonly reject: (error: Error) => void;
}

/** `--remote-debugging-pipe` reads commands from descriptor 3 and answers on 4, each ended by a zero byte. */
export class DevtoolsPipe {
  readonly #writer: Writable;
  readonly #pending = new Map<number, Pending>();
  readonly #listeners = new Map<string, () => void>();
  #callCount = 0;
  #received = '';

  /** @param browser started with pipes at 3 and 4. When it exits, all that is pending rejects. */
  constructor(browser: ChildProcess) {
    this.#writer = browser.stdio[3] as Writable;
    // A browser that died tells by its exit.
    this.#writer.on('error', () => undefined);
    const reader = browser.stdio[4] as Readable;
    reader.setEncoding('utf8').on('data', (text: string) => this.#receive(text));
    browser.once('exit', () => this.#fail());
  }

  /** Rejects with what Chromium says, or when it exits. */
  send(
    method: string,
    params: Readonly<Record<string, unknown>> = {},
    sessionId?: string,
  ): Promise<Record<string, unknown>> {
    this.#callCount += 1;
    const id = this.#callCount;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#writer.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  }

  /** Called each time the event comes; one listener for each event. */
  on(method: string, listener: () => void): void {
    this.#listeners.set(method, listener);
  }

  #receive(text: string): void {
    const parts = (this.#received + text).split('\0');
    this.#received = parts.pop() ?? '';
    for (const part of parts) this.#handle(JSON.parse(part) as Message);
  }

  #handle({ id, method, result, error }: Message): void {
    if (method !== undefined) this.#listeners.get(method)?.();
    const pending = this.#pending.get(id ?? 0);
    if (pending === undefined) return;
    this.#pending.delete(id ?? 0);
    if (error === undefined) pending.resolve(result ?? {});
    else pending.reject(new Error(error.message));
  }

  #fail(): void {
    for (const { reject } of this.#pending.values()) reject(new Error('Chromium has exited.'));
    this.#pending.clear();
  }
}
