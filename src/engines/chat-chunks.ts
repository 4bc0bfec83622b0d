// The chunks of a chat completion response, streamed or whole. Portable.
import { parseChunk, toChunk, toFailure } from './openai-wire.ts';
import type { ChatChunk } from './openai-wire.ts';
import { MAX_EVENT_CHARACTERS, ServerSentEvents } from './sse-client.ts';
import type { EventReader, ServerSentEvent } from './sse-client.ts';

/** Chunks are read only when asked for. */
export class ChatChunks {
  readonly #events: EventReader;
  readonly #isWhole: boolean;
  #isClosed = false;

  /** Some servers answer with one JSON document although a stream was asked for. */
  constructor(response: Response) {
    const type = response.headers.get('content-type') ?? '';
    this.#isWhole = /^application\/(?:[\w.-]+\+)?json/iu.test(type);
    const body = response.body ?? new Blob([]).stream();
    this.#events = this.#isWhole ? new WholeBody(body) : new ServerSentEvents(body);
  }

  /** Whether the server itself said that no more comes, by `[DONE]` or by sending it all at once. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Null at the end. Rejects when the body breaks, or what it holds is not whole JSON. */
  async next(): Promise<ChatChunk | null> {
    const event = await this.#events.next();
    if (event === null) return null;
    if (event.data.trim() === '[DONE]') {
      this.#isClosed = true;
      return null;
    }
    if (this.#isWhole) this.#isClosed = true;
    if (event.event === 'error') return toErrorChunk(event.data);
    return parseChunk(event.data);
  }

  /** Lets go of the connection. Never rejects. */
  cancel(): Promise<void> {
    return this.#events.cancel();
  }
}

/** A body that is one message, read like a stream of one. */
class WholeBody implements EventReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #isRead = false;

  constructor(body: ReadableStream<Uint8Array>) {
    this.#reader = body.getReader();
  }

  async next(): Promise<ServerSentEvent | null> {
    if (this.#isRead) return null;
    this.#isRead = true;
    const decoder = new TextDecoder();
    let data = '';
    for (let step = await this.#reader.read(); !step.done; step = await this.#reader.read()) {
      data += decoder.decode(step.value, { stream: true });
      if (data.length > MAX_EVENT_CHARACTERS) throw new Error('the answer is too large');
    }
    return { event: undefined, data };
  }

  async cancel(): Promise<void> {
    await this.#reader.cancel().catch(() => undefined);
  }
}

function toErrorChunk(data: string): ChatChunk {
  const body = parseOr(data, data);
  const { failure } = toChunk(body);
  return { ...toChunk(null), failure: failure ?? toFailure(body) };
}

function parseOr(json: string, otherwise: unknown): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return otherwise;
  }
}
