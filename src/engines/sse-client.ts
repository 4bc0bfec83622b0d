// Reads server-sent events from a response body, one by one. Portable.
import { createParser } from 'eventsource-parser';
import type { EventSourceParser } from 'eventsource-parser';

export interface ServerSentEvent {
  /** Undefined where the server names none. */
  readonly event: string | undefined;
  readonly data: string;
}

/** Events one by one, null at the end; `cancel` lets go of the connection and never rejects. */
export interface EventReader {
  next(): Promise<ServerSentEvent | null>;
  cancel(): Promise<void>;
}

/** A single event above this is no token of an answer; the stream is given up. */
export const MAX_EVENT_CHARACTERS = 1_048_576;

/**
 * Pulls a body only when asked for the next event, so that a slow consumer slows the server down.
 * Line ends, BOM, comments and characters split between packets are dealt with; a last event that lacks
 * its blank line still counts.
 */
export class ServerSentEvents implements EventReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();
  readonly #parser: EventSourceParser;
  readonly #pending: ServerSentEvent[] = [];
  #failure: Error | null = null;
  #hasEnded = false;

  constructor(body: ReadableStream<Uint8Array>) {
    this.#reader = body.getReader();
    this.#parser = createParser({
      maxBufferSize: MAX_EVENT_CHARACTERS,
      onEvent: ({ event, data }) => this.#pending.push({ event, data }),
      onError: (error) => {
        if (error.type === 'max-buffer-size-exceeded') this.#failure = error;
      },
    });
  }

  /** The next event, or null at the end. Rejects when the body breaks or an event is too large. */
  async next(): Promise<ServerSentEvent | null> {
    for (;;) {
      const event = this.#pending.shift();
      if (event !== undefined) return event;
      if (this.#failure !== null) throw this.#failure;
      if (this.#hasEnded) return null;
      await this.#pull();
    }
  }

  async cancel(): Promise<void> {
    this.#hasEnded = true;
    await this.#reader.cancel().catch(() => undefined);
  }

  async #pull(): Promise<void> {
    const { done, value } = await this.#reader.read();
    if (done) this.#hasEnded = true;
    this.#parser.feed(
      done ? `${this.#decoder.decode()}\n\n` : this.#decoder.decode(value, { stream: true }),
    );
  }
}
