// What `npm run gpu` tries: which engines, on which weights, and what is said of each. Node.
import type { Page } from 'playwright-core';
import type { CatalogModel } from '../../src/models/catalog.ts';
import { modelKind } from '../../src/models/model-kind.ts';
import type { ModelKind } from '../../src/models/model-kind.ts';
import type { GpuBench } from './page.ts';

declare const gpuBench: GpuBench;

export interface Trial {
  readonly engine: string;
  /** Null: no model of the catalogue is for it. */
  readonly model: CatalogModel | null;
  /** Why a graphics processor in software is not asked; null where it may be. */
  readonly tooLarge: string | null;
  run(page: Page): Promise<Outcome>;
}

export interface Outcome {
  readonly isRight: boolean;
  readonly result: string;
  readonly onGpu: string;
  readonly beside: string;
}

const NOTHING = { onGpu: '', beside: '' } as const;

/** One for each kind of engine that runs on WebGPU, whether its weights are at hand or not. */
export function toTrials(models: readonly CatalogModel[]): readonly Trial[] {
  const speaking = models.find(({ id }) => id === 'kokoro-82m') ?? null;
  const minutes = 'in software a phrase takes minutes';
  const gguf = modelOfKind(models, 'gguf');
  const whisper = modelOfKind(models, 'whisper');
  return [
    { engine: 'Kokoro', model: speaking, tooLarge: minutes, run: runKokoro },
    { engine: 'llama.cpp', model: gguf, tooLarge: null, run: (page) => runLlamaCpp(page, gguf) },
    { engine: 'Whisper', model: whisper, tooLarge: null, run: (page) => runWhisper(page, whisper) },
    ...(['mlc', 'transformers'] as const).map((kind) => {
      const model = modelOfKind(models, kind);
      const engine = kind === 'mlc' ? 'WebLLM' : 'transformers.js';
      return { engine, model, tooLarge: null, run: (page: Page) => runModel(page, model) };
    }),
  ];
}

/** Whatever the catalogue's order is, the smallest comes first to hand. */
function modelOfKind(models: readonly CatalogModel[], kind: ModelKind): CatalogModel | null {
  const isOfKind = (model: CatalogModel): boolean => {
    const { task, backends } = model;
    if (task !== 'stt' && task !== 'llm') return false;
    return (kind === 'gguf' || backends.includes('webgpu')) && modelKind(model, task) === kind;
  };
  return models.find(isOfKind) ?? null;
}

async function runKokoro(page: Page): Promise<Outcome> {
  const { likeness, louderDb, fault } = await page.evaluate(() => gpuBench.testKokoro());
  const measured = `likeness ${likeness.toFixed(4)}, ${louderDb.toFixed(1)} dB`;
  if (fault !== null) {
    return { ...NOTHING, isRight: false, result: `self-test failed: ${fault} (${measured})` };
  }
  const ours = await page.evaluate(() => gpuBench.speak('wasm'));
  const gpu = await page.evaluate(() => gpuBench.speak('webgpu'));
  const show = ({ info, firstAudioMs, rtf }: typeof gpu): string =>
    `${describe(info)}: first audio ${Math.round(firstAudioMs)} ms, RTF ${rtf.toFixed(2)}`;
  const isRight = gpu.info.backend === 'webgpu';
  const result = isRight ? `self-test passed, ${measured}` : 'the speak worker fell back';
  return { isRight, result, onGpu: show(gpu), beside: show(ours) };
}

async function runLlamaCpp(page: Page, model: CatalogModel | null): Promise<Outcome> {
  const id = model?.id ?? '';
  const ours = await page.evaluate((modelId) => gpuBench.think(modelId, 'wasm'), id);
  const gpu = await page.evaluate((modelId) => gpuBench.think(modelId, 'webgpu'), id);
  const isRight = gpu.info.backend === 'webgpu';
  const result = isRight ? 'answered' : 'the think worker fell back';
  return { isRight, result, onGpu: toRate(gpu), beside: toRate(ours) };
}

async function runModel(page: Page, model: CatalogModel | null): Promise<Outcome> {
  const gpu = await page.evaluate((id) => gpuBench.think(id, 'webgpu'), model?.id ?? '');
  const isRight = gpu.info.backend === 'webgpu';
  const result = isRight ? 'answered' : 'it ran without the graphics processor';
  return { isRight, result, onGpu: toRate(gpu), beside: '' };
}

async function runWhisper(page: Page, model: CatalogModel | null): Promise<Outcome> {
  const gpu = await page.evaluate((id) => gpuBench.hear(id), model?.id ?? '');
  const isRight = gpu.info.backend === 'webgpu';
  const result = isRight ? `heard "${gpu.heard}"` : 'it ran without the graphics processor';
  return { isRight, result, onGpu: `RTF ${gpu.rtf.toFixed(2)}`, beside: `said "${gpu.said}"` };
}

function toRate({ info, tokensPerSecond }: Awaited<ReturnType<GpuBench['think']>>): string {
  return `${describe(info)}: ${tokensPerSecond.toFixed(1)} tokens/s`;
}

function describe({ backend, threads }: { backend: string; threads: number }): string {
  if (backend === 'webgpu') return 'WebGPU';
  return `${backend}, ${threads} thread${threads === 1 ? '' : 's'}`;
}
