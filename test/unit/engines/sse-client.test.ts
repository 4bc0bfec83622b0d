// Server-sent events out of bytes that arrive in any pieces.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_EVENT_CHARACTERS, ServerSentEvents } from '../../../src/engines/sse-client.ts';
import type { ServerSentEvent } from '../../../src/engines/sse-client.ts';

function toBody(chunks: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
}

async function readAll(chunks: readonly Uint8Array[]): Promise<ServerSentEvent[]> {
  const events = new ServerSentEvents(toBody(chunks));
  const all: ServerSentEvent[] = [];
  for (let event = await events.next(); event !== null; event = await events.next())
    all.push(event);
  return all;
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

test('events come out the same however the bytes are cut and the lines end', async () => {
  const data = fc.array(fc.constantFrom('a', '{"x":1}', 'ü', '👋', ' ', ':', 'data'), {
    maxLength: 5,
  });
  const property = fc.asyncProperty(
    fc.array(data, { maxLength: 6 }),
    fc.constantFrom('\n', '\r\n'),
    fc.integer({ min: 1, max: 11 }),
    async (lines, lineEnd, size) => {
      const expected = lines.map((parts) => `.${parts.join('')}`);
      const text = expected.map((line) => `data: ${line}${lineEnd}:c${lineEnd}${lineEnd}`).join('');
      const bytes = encode(`\ufeff${text}`);
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
        bytes.slice(index * size, (index + 1) * size),
      );
      expect((await readAll(chunks)).map((event) => event.data)).toEqual(expected);
    },
  );
  await fc.assert(property, { numRuns: 500 });
});

test('names of events, and a last one without its blank line', async () => {
  expect(await readAll([encode('event: error\ndata: x\n\ndata: y')])).toEqual([
    { event: 'error', data: 'x' },
    { event: undefined, data: 'y' },
  ]);
});

test('an event without end is given up', async () => {
  const block = encode('x'.repeat(300_000));
  const chunks = [encode('data: '), block, block, block, block];
  await expect(readAll(chunks)).rejects.toThrow(String(MAX_EVENT_CHARACTERS));
});

test('the body is read only as events are asked for', async () => {
  let pulls = 0;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        pulls += 1;
        controller.enqueue(encode('data: x\n\n'));
      },
    },
    { highWaterMark: 0 },
  );
  const events = new ServerSentEvents(body);
  await events.next();
  await events.next();
  expect(pulls).toBe(2);
  await events.cancel();
  await events.cancel();
  expect(await events.next()).toBeNull();
});
