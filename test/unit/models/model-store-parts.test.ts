// A model file that a host has in parts: checked as a whole when it comes, by its blocks from then on. Node.
import { afterEach, expect, test } from 'vitest';
import { BLOCK_BYTES } from '../../../src/models/blocks.ts';
import { MemoryDirectory } from '../../support/memory-directory.ts';
import {
  CONTENT,
  catalogOf,
  closeServers,
  isContent,
  serve,
  storeOf,
} from '../../support/store-rig.ts';

/** The second begins within a block. */
const PART_BYTES = [3.25 * BLOCK_BYTES, 7 * BLOCK_BYTES, 0.25 * BLOCK_BYTES];
/** Where the file's own bytes begin on the device. */
const DATA_START = 4_096;

afterEach(closeServers);

/** A store whose host has the file in parts; `damage` may change what it has. */
async function openParts(directory: MemoryDirectory, damage?: (second: Uint8Array) => void) {
  let start = 0;
  const parts = PART_BYTES.map((bytes, index) => {
    const content = CONTENT.slice(start, (start += bytes));
    return { name: `a.bin.${index}`, bytes, sha256: '', content };
  });
  damage?.(parts[1]!.content);
  const files = new Map(parts.map(({ name, content }) => [`/models/m/${name}`, content]));
  const server = await serve({ files });
  const catalog = catalogOf(CONTENT);
  const [model] = catalog.models;
  const joined = { ...model!, files: [{ ...model!.files[0]!, parts }] };
  return { server, ...storeOf([server], { directory, catalog: { ...catalog, models: [joined] } }) };
}

const flipFirst = (bytes: Uint8Array): void => {
  bytes[0]! ^= 1;
};

test('a damaged part reaches no engine, and nothing of it stays', async () => {
  const directory = new MemoryDirectory();
  const damaged = await openParts(directory, flipFirst);
  await expect(damaged.read()).rejects.toMatchObject({ code: 'model-integrity' });
  const right = await openParts(directory);
  expect(isContent(await right.read())).toBe(true);
  expect(right.server.sentBytes).toBe(CONTENT.length);
});

test('a flipped byte on the device costs one block, also where two parts meet', async () => {
  const directory = new MemoryDirectory();
  const { server, read } = await openParts(directory);
  await read();
  directory.files.get('m/a.bin')![DATA_START + PART_BYTES[0]!]! ^= 1;
  expect(isContent(await read())).toBe(true);
  expect(server.sentBytes - CONTENT.length).toBe(BLOCK_BYTES);
});

test('a block is not repaired from a damaged part', async () => {
  const directory = new MemoryDirectory();
  await (await openParts(directory)).read();
  directory.files.get('m/a.bin')![DATA_START + PART_BYTES[0]!]! ^= 1;
  const damaged = await openParts(directory, flipFirst);
  await expect(damaged.read()).rejects.toMatchObject({ code: 'model-integrity' });
});
