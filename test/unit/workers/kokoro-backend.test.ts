import { expect, test } from 'vitest';
import { VoiceAgentError } from '../../../src/core/errors.ts';
import type { ErrorCode } from '../../../src/core/errors.ts';
import type { EngineBackend } from '../../../src/core/contracts/engine.ts';
import { toGoldenLevels, toGoldenLines } from '../../../workers/engines/golden-utterance.ts';
import { loadKokoroRuntime } from '../../../workers/engines/kokoro-backend.ts';
import type { KokoroRuntime } from '../../../workers/engines/kokoro-runtime.ts';
import type { Verdict } from '../../../workers/engines/self-test-verdicts.ts';
import { createNoise } from '../../support/noise.ts';

const { signal } = new AbortController();
const RATE_HZ = 24_000;
/** Half a second of a tone that rises, swells and fades. */
const RIGHT = Float32Array.from({ length: RATE_HZ / 2 }, (_, n) => {
  const t = n / RATE_HZ;
  return 0.5 * Math.sin(2 * Math.PI * t * 2) ** 2 * Math.sin(2 * Math.PI * t * (300 + 600 * t));
});
const WRONG = Float32Array.from({ length: RIGHT.length }, createNoise(5));
const INPUT = { tokens: [0, 1, 0], style: new Float32Array(256), speed: 1 };

const lost = (): VoiceAgentError =>
  new VoiceAgentError('gpu-lost', 'gone', { details: { adapter: 'test' } });
const missing = (): VoiceAgentError =>
  new VoiceAgentError('unsupported', 'none', { details: { feature: 'WebGPU' } });

class FakeRuntime implements KokoroRuntime {
  readonly threads = 1;
  readonly backend: KokoroRuntime['backend'];
  readonly #log: string[];
  pcm: Float32Array;
  failure: Error | null = null;

  constructor(backend: KokoroRuntime['backend'], log: string[], pcm: Float32Array = RIGHT) {
    this.backend = backend;
    this.pcm = pcm;
    this.#log = log;
  }

  async speak(): ReturnType<KokoroRuntime['speak']> {
    this.#log.push(`${this.backend} speaks`);
    if (this.failure !== null) throw this.failure;
    return { pcm: this.pcm, frames: [], skippedSamples: 0 };
  }

  async dispose(): Promise<void> {
    this.#log.push(`${this.backend} ends`);
  }
}

interface Rig {
  readonly log: string[];
  readonly told: ErrorCode[];
  readonly verdicts: Map<string, Verdict>;
  readonly gpu: FakeRuntime;
  load(backend: EngineBackend): Promise<KokoroRuntime>;
}

function createRig(options: { hasGpu?: boolean; gpuPcm?: Float32Array } = {}): Rig {
  const log: string[] = [];
  const told: ErrorCode[] = [];
  const verdicts = new Map<string, Verdict>();
  const gpu = new FakeRuntime('webgpu', log, options.gpuPcm);
  return {
    ...{ log, told, verdicts, gpu },
    load: (backend) =>
      loadKokoroRuntime({
        ...{ backend, signal },
        golden: {
          weightsSha256: 'weights',
          ...{
            symbols: 'test',
            voice: 'v',
            speed: 1,
            sampleRateHz: RATE_HZ,
            samples: RIGHT.length,
          },
          levels: toGoldenLevels(RIGHT, RATE_HZ),
          lines: toGoldenLines(RIGHT),
        },
        verdicts: {
          read: async (key) => verdicts.get(key) ?? null,
          write: async (key, verdict) => void verdicts.set(key, verdict),
        },
        findGpu: async ({ allowFallbackAdapter }) => {
          log.push(allowFallbackAdapter ? 'any adapter' : 'hardware');
          if (options.hasGpu === false) throw missing();
          const lost = new Promise<never>(() => undefined);
          return { adapter: 'test adapter', lost, load: async () => gpu, close: () => undefined };
        },
        loadKernels: async () => {
          log.push('kernels load');
          return new FakeRuntime('wasm', log);
        },
        encodeGolden: async () => INPUT,
        onFallback: ({ code }) => told.push(code),
      }),
  };
}

test('a graphics processor that says the phrase right is used, and trusted the next time', async () => {
  const rig = createRig();
  expect((await rig.load('auto')).backend).toBe('webgpu');
  expect(rig.log).toEqual(['hardware', 'webgpu speaks']);
  expect([...rig.verdicts]).toEqual([['test adapter, weights, test', 'passed']]);
  expect((await rig.load('auto')).backend).toBe('webgpu');
  expect(rig.log).toEqual(['hardware', 'webgpu speaks', 'hardware']);
  expect(rig.told).toEqual([]);
});

test('one that says it wrong is not used, which is told once and remembered', async () => {
  const rig = createRig({ gpuPcm: WRONG });
  expect((await rig.load('auto')).backend).toBe('wasm');
  expect(rig.log).toEqual(['hardware', 'webgpu speaks', 'webgpu ends', 'kernels load']);
  expect(rig.told).toEqual(['self-test-failed']);
  expect((await rig.load('auto')).backend).toBe('wasm');
  expect(rig.log.slice(4)).toEqual(['hardware', 'kernels load']);
  expect(rig.told).toEqual(['self-test-failed']);
});

test('asked for by name, it is tested again', async () => {
  const rig = createRig({ gpuPcm: WRONG });
  await rig.load('auto');
  rig.gpu.pcm = RIGHT;
  expect((await rig.load('webgpu')).backend).toBe('webgpu');
  expect((await rig.load('auto')).backend).toBe('webgpu');
});

test.for<[EngineBackend, string[], ErrorCode[]]>([
  ['auto', ['hardware', 'kernels load'], []],
  ['webgpu', ['any adapter', 'kernels load'], ['unsupported']],
  ['wasm', ['kernels load'], []],
])('without a graphics processor, %s', async ([backend, log, told]) => {
  const rig = createRig({ hasGpu: false });
  expect((await rig.load(backend)).backend).toBe('wasm');
  expect(rig.log).toEqual(log);
  expect(rig.told).toEqual(told);
});

test('a graphics processor lost in the test is no verdict', async () => {
  const rig = createRig();
  rig.gpu.failure = lost();
  expect((await rig.load('auto')).backend).toBe('wasm');
  expect(rig.told).toEqual(['gpu-lost']);
  expect(rig.verdicts.size).toBe(0);
});

test('one lost in a run has that run, and all others, made on kernels', async () => {
  const rig = createRig();
  const runtime = await rig.load('auto');
  rig.gpu.failure = lost();
  const runs = await Promise.all([runtime.speak(INPUT, signal), runtime.speak(INPUT, signal)]);
  expect(runs.map(({ pcm }) => pcm)).toEqual([RIGHT, RIGHT]);
  expect(rig.log.filter((line) => line === 'kernels load')).toHaveLength(1);
  expect(rig.told).toEqual(['gpu-lost']);
  expect(runtime.backend).toBe('wasm');
});

test('another failure of a run is passed on', async () => {
  const rig = createRig();
  const runtime = await rig.load('auto');
  rig.gpu.failure = new RangeError('too long');
  await expect(runtime.speak(INPUT, signal)).rejects.toThrow('too long');
  expect(runtime.backend).toBe('webgpu');
});
