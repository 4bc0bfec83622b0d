// Kokoro's self-test on a device of WebGPU, in software where there is no graphics processor: what it lets pass.
import { expect, test } from 'vitest';
import type { ErrorCode } from '../../src/core/errors.ts';
import { silentLogger } from '../../src/core/logger.ts';
import { openCandidate } from '../../workers/engines/gpu-first.ts';
import { loadKokoroRuntime } from '../../workers/engines/kokoro-backend.ts';
import { KOKORO_GOLDEN } from '../../workers/engines/kokoro-golden.ts';
import { loadKokoroKernels } from '../../workers/engines/kokoro-kernels.ts';
import type { KokoroRuntime } from '../../workers/engines/kokoro-runtime.ts';
import type { LoadOnGpu } from '../../workers/engines/kokoro-tts.ts';
import { changeWeights, inWrongOrder } from '../support/garble-graph.ts';
import { encodeGolden } from '../support/golden-input.ts';
import { servedModelFiles as files } from '../support/model-files-over-http.ts';
import { GPU_CONVOLUTIONS, loadPartOnGpu } from './part-on-gpu.ts';

const { signal } = new AbortController();
const common = { files, threads: 2, logger: silentLogger, signal };

async function load(loadOnGpu: LoadOnGpu) {
  const verdicts: string[] = [];
  const told: ErrorCode[] = [];
  const runtime: KokoroRuntime = await loadKokoroRuntime({
    ...{ backend: 'webgpu', golden: KOKORO_GOLDEN, signal, encodeGolden },
    verdicts: {
      read: async () => null,
      write: async (_, verdict) => void verdicts.push(verdict),
    },
    findGpu: (which) => openCandidate((gpu) => loadOnGpu(gpu, common), which),
    loadKernels: () => loadKokoroKernels(common),
    onFallback: ({ code }) => told.push(code),
  });
  await runtime.dispose();
  return { backend: runtime.backend, verdicts, told };
}

test('the graph passes', async () => {
  expect(await load(loadPartOnGpu())).toEqual({
    backend: 'webgpu',
    verdicts: ['passed'],
    told: [],
  });
});

test('with convolutions that read their weights in a wrong order it does not', async () => {
  const garbled = loadPartOnGpu((model) => {
    for (const name of GPU_CONVOLUTIONS) changeWeights(model, name, inWrongOrder);
  });
  expect(await load(garbled)).toEqual({
    backend: 'wasm',
    verdicts: ['failed'],
    told: ['self-test-failed'],
  });
});
