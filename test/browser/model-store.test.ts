// The model store's worker in a real page: on the browser's own file system, with the shipped catalogue and weights.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findFile, findModel } from '../../src/models/catalog.ts';
import type { ModelCatalog } from '../../src/models/catalog.ts';
import { parseCatalog } from '../../src/models/parse-catalog.ts';
import { clearStores, closeStores, openStore, sha256, storedFile } from '../support/open-store.ts';

const catalog = parseCatalog(await (await fetch('/models/catalog.json')).json());
const served = new URL('/models/', location.href).href;
const nowhere = new URL('/no-such-folder/', location.href).href;
const ID = 'silero-vad';
const NAME = 'silero_vad_v5.onnx';
const BYTES = 2_327_524;
const { signal } = new AbortController();

beforeEach(clearStores);
afterEach(closeStores);

async function visit(
  given: { baseUrls?: string[]; catalog?: ModelCatalog; keepsFiles?: boolean } = {},
) {
  const store = await openStore({ catalog, baseUrls: [served], keepsFiles: true, ...given });
  const read = async (): Promise<ArrayBuffer> => {
    const bytes = await store.files.read(ID, NAME, { signal });
    // Progress travels by another port than the bytes.
    await store.library.list();
    return bytes;
  };
  return { ...store, read };
}

const expected = findFile(findModel(catalog, ID), NAME).sha256;

test('a file is fetched, verified, reported, and read from the device at the next visit', async () => {
  const first = await visit();
  expect(await sha256(await first.read())).toBe(expected);
  const whole = { modelId: ID, loadedBytes: BYTES, totalBytes: BYTES };
  expect(first.progress.at(-1)).toEqual({ ...whole, fetchedBytes: BYTES });
  expect(first.fallbacks).toEqual([]);
  first.library.dispose();
  const second = await visit({ baseUrls: [nowhere] });
  expect(await sha256(await second.read())).toBe(expected);
  expect(second.progress.at(-1)).toEqual({ ...whole, fetchedBytes: 0 });
});

test('a byte that flipped on the device is repaired by its block', async () => {
  const first = await visit();
  await first.read();
  first.library.dispose();
  const writable = await (await storedFile(ID, NAME)).createWritable({ keepExistingData: true });
  await writable.write({
    type: 'write',
    position: 4_096 + 2_000_000,
    data: new Uint8Array([1, 2]),
  });
  await writable.close();
  const broken = await visit({ baseUrls: [nowhere] });
  await expect(broken.read()).rejects.toMatchObject({ code: 'model-download-failed' });
  broken.library.dispose();
  const second = await visit();
  expect(await sha256(await second.read())).toBe(expected);
  // Of three blocks, the second.
  expect(second.progress[0]?.loadedBytes).toBe(BYTES - 1_048_576);
  expect(second.progress.at(-1)?.fetchedBytes).toBe(1_048_576);
});

test('two workers that read one file at the same time fetch it once', async () => {
  const visits = await Promise.all([visit(), visit()]);
  const contents = await Promise.all(visits.map(({ read }) => read()));
  expect(await Promise.all(contents.map(sha256))).toEqual([expected, expected]);
  const fetched = visits.map(({ progress }) => progress.at(-1)?.fetchedBytes).sort();
  expect(fetched).toEqual([0, BYTES]);
});

test('what is kept is listed, and deleted', async () => {
  const { library, read } = await visit();
  const beforeMs = Date.now();
  await read();
  const [stored, ...others] = await library.list();
  expect(others).toEqual([]);
  expect(stored).toMatchObject({ modelId: ID, isComplete: true });
  expect(stored?.bytes).toBe(4_096 + BYTES);
  expect(stored?.lastUsedMs).toBeGreaterThan(beforeMs - 1_000);
  await library.delete(ID);
  expect(await library.list()).toEqual([]);
  await expect(storedFile(ID, NAME)).rejects.toThrow();
});

test('a page that wants nothing kept has nothing kept', async () => {
  const { library, read, fallbacks } = await visit({ keepsFiles: false });
  expect(await sha256(await read())).toBe(expected);
  expect(await library.list()).toEqual([]);
  expect(fallbacks).toEqual([]);
});

test('a folder that is not there fails as a download, not as a broken model', async () => {
  const { read } = await visit({ baseUrls: [nowhere] });
  await expect(read()).rejects.toMatchObject({
    code: 'model-download-failed',
    details: { modelId: ID, url: `${nowhere}${ID}/${NAME}` },
  });
});

test('another file under the name is found out by its hash', async () => {
  const vad = findModel(catalog, ID);
  const file = { ...findFile(vad, NAME), sha256: '0'.repeat(64) };
  const { read } = await visit({ catalog: { ...catalog, models: [{ ...vad, files: [file] }] } });
  await expect(read()).rejects.toMatchObject({
    code: 'model-integrity',
    details: { expected: '0'.repeat(64), actual: expected },
  });
});
