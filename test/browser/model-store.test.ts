// The model store in a real page, against the shipped catalogue and the real weights.
import { expect, test } from 'vitest';
import { findFile, findModel } from '../../src/models/catalog.ts';
import { createModelStore } from '../../src/models/model-store.ts';
import type { ModelProgress } from '../../src/models/model-store.ts';
import { parseCatalog } from '../../src/models/parse-catalog.ts';

const catalog = parseCatalog(await (await fetch('/models/catalog.json')).json());
const { signal } = new AbortController();

test('reads, verifies and reports a real model file', async () => {
  const progress: ModelProgress[] = [];
  const onProgress = (event: ModelProgress): unknown => progress.push(event);
  const store = createModelStore({ catalog, baseUrl: '/models', onProgress });
  const bytes = await store.read('silero-vad', 'silero_vad_v5.onnx', { signal });
  expect(bytes.byteLength).toBe(2_327_524);
  expect(progress.at(-1)).toEqual({
    modelId: 'silero-vad',
    file: 'silero_vad_v5.onnx',
    loadedBytes: 2_327_524,
    totalBytes: 2_327_524,
  });
});

test('a folder that is not there fails as a download, not as a broken model', async () => {
  const store = createModelStore({ catalog, baseUrl: '/no-such-folder' });
  await expect(store.read('silero-vad', 'silero_vad_v5.onnx', { signal })).rejects.toMatchObject({
    code: 'model-download-failed',
    details: { modelId: 'silero-vad', url: '/no-such-folder/silero-vad/silero_vad_v5.onnx' },
  });
});

test('another file under the name is found out by its hash', async () => {
  const vad = findModel(catalog, 'silero-vad');
  const file = { ...findFile(vad, 'silero_vad_v5.onnx'), sha256: '0'.repeat(64) };
  const changed = { ...catalog, models: [{ ...vad, files: [file] }] };
  const store = createModelStore({ catalog: changed, baseUrl: '/models' });
  await expect(store.read('silero-vad', 'silero_vad_v5.onnx', { signal })).rejects.toMatchObject({
    code: 'model-integrity',
    details: {
      expected: '0'.repeat(64),
      actual: '2623a2953f6ff3d2c1e61740c6cdb7168133479b267dfef114a4a3cc5bdd788f',
    },
  });
});

test('an abort during the download rejects with its reason', async () => {
  const reason = new Error('no longer wanted');
  const leaving = new AbortController();
  const store = createModelStore({
    catalog,
    baseUrl: '/models',
    onProgress: () => leaving.abort(reason),
  });
  await expect(
    store.read('silero-vad', 'silero_vad_v5.onnx', { signal: leaving.signal }),
  ).rejects.toBe(reason);
});
