// A file that is published in parts arrives as one, in order, with progress over all of it.
import { expect, test } from 'vitest';
import type { ByteRequest } from '../../../src/models/byte-source.ts';
import { createJoinedSource } from '../../../src/models/joined-source.ts';

const PARTS = [
  { name: 'm.bin.part1-aa', bytes: 3, sha256: 'a' },
  { name: 'm.bin.part2-bb', bytes: 2, sha256: 'b' },
];

function createRig(contents: Readonly<Record<string, readonly number[]>>) {
  const asked: string[] = [];
  const progress: number[] = [];
  const source = createJoinedSource({
    async load(part) {
      const { url, bytes } = part;
      asked.push(url);
      const content = contents[url.slice(url.lastIndexOf('/') + 1)] ?? [];
      if (content.length !== bytes) throw new Error(`${url} has ${content.length} bytes`);
      part.onBytes(bytes);
      return Uint8Array.from(content).buffer;
    },
  });
  const request: ByteRequest = {
    modelId: 'm',
    url: 'https://host.test/models/m/m.bin',
    bytes: 5,
    signal: new AbortController().signal,
    onBytes: (bytes) => progress.push(bytes),
  };
  return { source, request, asked, progress };
}

test('joins parts in their order', async () => {
  const contents = { 'm.bin.part1-aa': [1, 2, 3], 'm.bin.part2-bb': [4, 5] };
  const { source, request, asked, progress } = createRig(contents);
  const bytes = await source.load({ ...request, parts: PARTS });
  expect([...new Uint8Array(bytes)]).toEqual([1, 2, 3, 4, 5]);
  expect(asked.map((url) => url.replace('https://host.test/models/m/', ''))).toEqual(
    PARTS.map(({ name }) => name),
  );
  expect(progress).toEqual([3, 5]);
});

test('asks for a whole file by its own address', async () => {
  const { source, request, asked } = createRig({ 'm.bin': [1, 2, 3, 4, 5] });
  expect((await source.load(request)).byteLength).toBe(5);
  expect(asked).toEqual([request.url]);
});

test('fails as its part does', async () => {
  const { source, request } = createRig({ 'm.bin.part1-aa': [1, 2, 3] });
  await expect(source.load({ ...request, parts: PARTS })).rejects.toThrow('part2-bb has 0 bytes');
});
