import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toChunk } from '../../../../src/engines/openai-wire.ts';
import type { LlamaChunk } from '../../../../workers/runtimes/llama-runtime.ts';
import { ToolCallReader } from '../../../../workers/runtimes/tool-calls/tool-call-reader.ts';

const toCall = (name: string, json: string): string =>
  `<tool_call>\n{"name": ${JSON.stringify(name)}, "arguments": ${json}}\n</tool_call>`;
const ENDING = '{"text": "ends with }\\\\n</tool_call>, or so"}';

function read(pieces: readonly string[], reason = 'stop') {
  const chunks: LlamaChunk[] = [];
  const reader = new ToolCallReader((chunk) => void chunks.push(chunk));
  for (const content of pieces) reader.add({ choices: [{ index: 0, delta: { content } }] });
  const timings = { prompt_n: 3, predicted_n: 4 };
  reader.add({ choices: [{ index: 0, delta: {}, finish_reason: reason }], timings });
  const told = chunks.map(toChunk);
  expect(chunks.at(-1)?.timings).toEqual(timings);
  expect(told.at(-1)?.finishReason).toBe(reason);
  return {
    reader,
    texts: told.map(({ text }) => text).filter((text) => text !== ''),
    calls: told.flatMap(({ toolCalls }) => toolCalls),
  };
}

/** A text in pieces of any length. */
const inPieces = (text: string): fc.Arbitrary<string[]> =>
  fc.array(fc.integer({ min: 0, max: text.length }), { maxLength: 12 }).map((cuts) => {
    const places = [0, ...cuts.toSorted((a, b) => a - b), text.length];
    return places.slice(1).map((place, at) => text.slice(places[at], place));
  });

test('however it comes in pieces, words and calls are the same, and nothing of a call is a word', () => {
  const answer = `Let me see: 3 < 5. ${toCall('look', ENDING)}\n${toCall('go "on"', '{}')}`;
  fc.assert(
    fc.property(inPieces(answer), (pieces) => {
      const { reader, texts, calls } = read(pieces);
      reader.assertWhole();
      expect(texts.join('')).toBe('Let me see: 3 < 5. ');
      expect(calls).toEqual([
        { index: 0, id: '', name: 'look', arguments: ENDING },
        { index: 1, id: '', name: 'go "on"', arguments: '{}' },
      ]);
    }),
    { numRuns: 300 },
  );
});

test('words wait only while they may be a call', () => {
  expect(read(['One <', 'b>', ' <tool', '_box>']).texts).toEqual([
    'One ',
    '<b>',
    ' ',
    '<tool_box>',
  ]);
  expect(read(['2 <']).texts).toEqual(['2 ', '<']);
});

test('the same call again is none, nor is what stands behind calls a word', () => {
  const [one, other] = [toCall('look', '{"a": 1}'), toCall('look', '{"a": 2}')];
  const { texts, calls } = read([`${one}\n${one}\n${other}\nThere.`]);
  expect(texts).toEqual([]);
  expect(calls.map((call) => call.arguments)).toEqual(['{"a": 1}', '{"a": 2}']);
});

test.for([
  ['<tool_call>\n{"name": "look", "argu', 'look'],
  ['<tool_call>\n{"na', ''],
] as const)('a call that is cut off is none: %s', ([text, tool]) => {
  const { reader, texts, calls } = read(['Well. ', text], 'length');
  expect({ texts, calls }).toEqual({ texts: ['Well. '], calls: [] });
  expect(() => reader.assertWhole()).toThrow(
    expect.objectContaining({
      code: 'tool-failed',
      details: { tool, reason: 'the call was cut off' },
    }),
  );
});
