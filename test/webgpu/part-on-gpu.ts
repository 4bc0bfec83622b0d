// Kokoro with a part of its generator on a graphics processor that is software: all of it would take minutes. Page or worker.
import type { LoadOnGpu } from '../../workers/engines/kokoro-tts.ts';
import { startKokoroWebgpu, toFloatKokoro } from '../../workers/engines/kokoro-webgpu.ts';
import { KOKORO_MODEL_FILE, KOKORO_MODEL_ID } from '../../workers/engines/kokoro-runtime.ts';
import type { OnnxModel } from '../../workers/runtimes/onnx-graph/onnx-model.ts';

/** Half of the last stage's first residual block. */
export const GPU_CONVOLUTIONS: readonly string[] = [0, 1, 2].map(
  (step) => `/decoder/decoder/generator/resblocks.3/convs1.${step}/Conv_quant`,
);
/** Two of these name 8,464 nodes: the runtime takes no list of names that is much longer. */
const LETTERS = Array.from({ length: 92 }, (_, index) => String.fromCharCode(33 + index));

/** @param garble what a broken driver makes of the graph. */
export function loadPartOnGpu(garble: (model: OnnxModel) => void = () => undefined): LoadOnGpu {
  return async (gpu, { files, signal }) => {
    const model = toFloatKokoro(await files.read(KOKORO_MODEL_ID, KOKORO_MODEL_FILE, { signal }));
    garble(model);
    model.nodes = model.nodes.map((node, index) =>
      GPU_CONVOLUTIONS.includes(node.name) ? node : { ...node, name: toShortName(index) },
    );
    return startKokoroWebgpu(model, { gpu, isOnCpu: (name) => !GPU_CONVOLUTIONS.includes(name) });
  };
}

function toShortName(index: number): string {
  const first = Math.floor(index / LETTERS.length);
  return `${LETTERS[first] ?? ''}${LETTERS[index % LETTERS.length] ?? ''}`;
}
