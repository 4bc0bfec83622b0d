// The real WebLLM on a hub of one model, as far as it goes without a graphics card: it reads our store, and nothing else.
import { afterEach, expect, test } from 'vitest';
import type { ModelFiles } from '../../src/core/contracts/model-files.ts';
import { openWebLlm } from '../../workers/runtimes/web-llm/open-web-llm.ts';
import { TOY_COMPILED } from '../support/toy-compiled.ts';
import { toCatalog, toJsonFile, toStore } from '../support/toy-models.ts';

const { signal } = new AbortController();
const catalog = await toCatalog([TOY_COMPILED]);
const model = catalog.models[0]!;
const store = toStore(catalog, [TOY_COMPILED]);

afterEach(() => {
  Reflect.deleteProperty(navigator, 'gpu');
  Reflect.deleteProperty(globalThis, 'caches');
});

/** A device that can be asked for and does nothing. */
function pretendGpu(): void {
  const limits = new Proxy({}, { get: () => 2 ** 31 });
  const device = { limits, features: new Set(), lost: new Promise(() => undefined) };
  const info = { vendor: 'pretended', architecture: '', description: 'pretended' };
  const adapter = { limits, features: new Set(), info, requestDevice: async () => device };
  Object.defineProperty(navigator, 'gpu', {
    value: { requestAdapter: async () => adapter },
    configurable: true,
  });
}

function watch(files: ModelFiles): { files: ModelFiles; read: string[] } {
  const read: string[] = [];
  return {
    read,
    files: {
      read: (id, name, options) => {
        read.push(name);
        return files.read(id, name, options);
      },
    },
  };
}

test('without WebGPU nothing of the model is read', async () => {
  const { files, read } = watch(store);
  Object.defineProperty(navigator, 'gpu', { value: undefined, configurable: true });
  await expect(openWebLlm({ files, model, signal })).rejects.toMatchObject({ code: 'unsupported' });
  expect(read).toEqual([]);
});

test('it reads configuration and library from the store, and a library of another kind is refused', async () => {
  pretendGpu();
  const { files, read } = watch(store);
  const refused = openWebLlm({ files, model, signal });
  await expect(refused).rejects.toMatchObject({
    code: 'model-invalid',
    details: { modelId: 'toy-compiled' },
  });
  expect([...new Set(read)]).toEqual(['mlc-chat-config.json', 'toy-webgpu.wasm']);
});

test('what the store failed of is told as it is', async () => {
  pretendGpu();
  const damaged = { ...TOY_COMPILED.files, 'mlc-chat-config.json': toJsonFile({ other: 1 }) };
  const files = toStore(catalog, [{ ...TOY_COMPILED, files: damaged }]);
  const refused = openWebLlm({ files, model, signal });
  await expect(refused).rejects.toMatchObject({ details: { modelId: 'toy-compiled' } });
  await expect(refused).rejects.not.toMatchObject({ code: 'model-invalid' });
});
