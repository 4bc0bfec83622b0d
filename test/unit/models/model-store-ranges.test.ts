// Ranges that are none of the file's: what compresses, counts otherwise, cuts or garbles them is asked for the whole, once. Node.
import { afterEach, describe, expect, test } from 'vitest';
import { BLOCK_BYTES } from '../../../src/models/blocks.ts';
import { MemoryDirectory } from '../../support/memory-directory.ts';
import type { Fault, ModelServer, ServedRequest } from '../../support/model-server.ts';
import {
  CONTENT,
  PATH,
  closeServers,
  isContent,
  randomBytes,
  serve,
  storeOf,
} from '../../support/store-rig.ts';

const FAULTLESS: Fault = { kind: 'none' };
const TOTAL = CONTENT.length;
const REQUEST_BYTES = 4 * BLOCK_BYTES;
/** Of a place, before it is given up; three requests may be under way at each. */
const TRIES = 4;
/** Of the server's first requests, some with ranges are as a fault has them; the whole comes right. */
const onRanges =
  (fault: Fault, from = 0) =>
  ({ hasRange, number }: ServedRequest): Fault =>
    hasRange && number >= from ? fault : FAULTLESS;

const USELESS: readonly (readonly [string, Fault])[] = [
  ['are of the compressed file', { kind: 'gzip' }],
  ['have no place', { kind: 'content-range', value: null }],
  ['have another place', { kind: 'content-range', value: `bytes 7-${TOTAL - 1}/${TOTAL}` }],
  ['are longer than asked for', { kind: 'content-range', value: `bytes 0-${TOTAL - 1}/${TOTAL}` }],
  ['are of a file of another size', { kind: 'content-range', value: 'bytes 0-4194303/9999999' }],
  ['end before they begin', { kind: 'content-range', value: `bytes 0--1/${TOTAL}` }],
  ['bring more than they say', { kind: 'range-length', moreBytes: 5 }],
  ['are garbled', { kind: 'mangled-range' }],
];

const wholes = ({ requests }: ModelServer): number =>
  requests.filter(({ hasRange }) => !hasRange).length;

afterEach(closeServers);

describe('a host whose ranges', () => {
  test.each(USELESS)('%s is asked for the whole, once', async (_, fault) => {
    const server = await serve({ behave: onRanges(fault) });
    const { read, fallbacks } = storeOf([server], { directory: new MemoryDirectory() });
    expect(isContent(await read())).toBe(true);
    expect(wholes(server)).toBe(1);
    expect(server.requests.at(-1)?.hasRange).toBe(false);
    expect(fallbacks).toEqual([]);
    // The whole once, and what came in ranges until they were seen through: all of it, where no header tells.
    const isSeen = 'content-range' === fault.kind || fault.kind === 'gzip';
    const limit = isSeen ? TOTAL + REQUEST_BYTES + BLOCK_BYTES : 2 * TOTAL + 3 * 5;
    expect(server.sentBytes).toBeLessThanOrEqual(limit);
  });

  test.each(USELESS)('%s from the second request on is asked for the whole', async (_, fault) => {
    const server = await serve({ behave: onRanges(fault, 1) });
    const { read } = storeOf([server], { directory: new MemoryDirectory() });
    expect(isContent(await read())).toBe(true);
    expect(wholes(server)).toBe(1);
  });

  test.each(USELESS)('%s, and who has no whole, fails with what went wrong', async (_, fault) => {
    const server = await serve({
      behave: ({ hasRange }) => (hasRange ? fault : { kind: 'status', status: 404 }),
    });
    await expect(storeOf([server]).read()).rejects.toMatchObject({
      ...{ code: 'model-download-failed', retryable: false, details: { status: 404 } },
    });
    expect(wholes(server)).toBe(1);
  });

  test.each(USELESS)('%s leaves what was proven alone', async (_, fault) => {
    const directory = new MemoryDirectory();
    await storeOf([await serve()], { directory }).read();
    const kept = directory.files.get('m/a.bin')!;
    const bad = [4, 7];
    for (const block of bad) kept[4_096 + block * BLOCK_BYTES + 99]! ^= 1;
    const server = await serve({ behave: onRanges(fault) });
    const { read, progress } = storeOf([server], { directory });
    expect(isContent(await read())).toBe(true);
    const loaded = progress.map(({ loadedBytes }) => loadedBytes);
    expect(Math.min(...loaded)).toBe(TOTAL - bad.length * BLOCK_BYTES);
    const again = await serve();
    expect(isContent(await storeOf([again], { directory }).read())).toBe(true);
    expect(again.requests).toEqual([]);
  });

  test.each(USELESS)('%s is followed by the next place, in ranges', async (_, fault) => {
    const bad = await serve({
      behave: ({ hasRange }) => (hasRange ? fault : { kind: 'status', status: 404 }),
    });
    const good = await serve();
    const { read } = storeOf([bad, good], { directory: new MemoryDirectory() });
    expect(isContent(await read())).toBe(true);
    expect([wholes(bad), wholes(good)]).toEqual([1, 0]);
    expect(good.sentBytes).toBe(TOTAL);
  });

  test('brought a part of a damaged block has it replaced, too', async () => {
    const directory = new MemoryDirectory();
    await storeOf([await serve()], { directory }).read();
    directory.files.get('m/a.bin')![4_096]! ^= 1;
    const files = new Map([[PATH, randomBytes(TOTAL, 10)]]);
    const behave = ({ number, hasRange }: ServedRequest): Fault => {
      if (number === 0) return { kind: 'cut', afterBytes: 300_000 };
      files.set(PATH, CONTENT);
      return hasRange ? { kind: 'gzip' } : FAULTLESS;
    };
    const server = await serve({ files, behave });
    expect(isContent(await storeOf([server], { directory }).read())).toBe(true);
    expect(server.requests.map(({ start, hasRange }) => [start, hasRange])).toEqual([
      [0, true],
      [300_000, true],
      [0, false],
    ]);
  });

  test('and whose whole is another file, is refused', async () => {
    const other = randomBytes(TOTAL, 9);
    const server = await serve({
      files: new Map([[PATH, other]]),
      behave: onRanges({ kind: 'gzip' }),
    });
    await expect(storeOf([server]).read()).rejects.toMatchObject({ code: 'model-integrity' });
    expect(wholes(server)).toBe(1);
  });

  test.each([
    ['nothing comes of', { kind: 'range-length', moreBytes: -REQUEST_BYTES }],
    ['connections end in', { kind: 'reset', afterBytes: 0 }],
  ] as const)('%s is asked for the whole before it is given up', async (_, fault) => {
    const server = await serve({ behave: onRanges(fault) });
    const { read } = storeOf([server], { directory: new MemoryDirectory() });
    expect(isContent(await read())).toBe(true);
    expect([wholes(server), server.sentBytes]).toEqual([1, TOTAL]);
    expect(server.requests.length).toBeLessThanOrEqual(3 * TRIES + 1);
  });

  test('nothing comes of, nor of the whole, is given up then', async () => {
    const server = await serve({ behave: () => ({ kind: 'reset', afterBytes: 0 }) });
    await expect(storeOf([server]).read()).rejects.toMatchObject({
      ...{ code: 'model-download-failed', details: { status: null } },
    });
    expect(wholes(server)).toBe(1);
    expect(server.requests.length).toBeLessThanOrEqual(3 * TRIES + 1);
  });
});

test.each([
  ['and say so', { kind: 'capped-range', bytes: 1_500_000 }],
  ['and do not say so', { kind: 'range-length', moreBytes: -100_000 }],
] as const)('ranges that are shorter than asked for, %s, are gone on with', async (_, fault) => {
  const server = await serve({
    behave: ({ start, end }) => (end - start > BLOCK_BYTES ? fault : FAULTLESS),
  });
  const { read } = storeOf([server]);
  expect(isContent(await read())).toBe(true);
  expect([wholes(server), server.sentBytes]).toEqual([0, TOTAL]);
});
