// Smart Turn on kernels of our own beside the same file on ONNX Runtime.
import { describe, expect, test } from 'vitest';
import { LogMel, LOG_MEL_SHAPE } from '../../workers/engines/log-mel.ts';
import { createNetworkTeam } from '../../workers/runtimes/network/kernels.ts';
import { OnnxModel } from '../../workers/runtimes/onnx-graph/onnx-model.ts';
import { createOnnxSession, Tensor } from '../../workers/runtimes/onnx-session.ts';
import { SmartTurnModel } from '../../workers/runtimes/smart-turn/smart-turn-model.ts';
import { SmartTurnWeights } from '../../workers/runtimes/smart-turn/smart-turn-weights.ts';
import { servedModelFiles } from '../support/model-files-over-http.ts';
import { concatenate, fetchRecording, LIBRIVOX, silence } from '../support/recordings.ts';

const modelId = 'smart-turn-v3.2';
const [bands, frames] = LOG_MEL_SHAPE;
const { signal } = new AbortController();

const readModel = (): Promise<ArrayBuffer> =>
  servedModelFiles.read(modelId, 'smart-turn-v3.2-cpu.onnx', { signal });

/** The graph in which nothing but the weights is rounded to 8 bits. */
function withoutRounding(bytes: ArrayBuffer): Uint8Array<ArrayBuffer> {
  const model = OnnxModel.parse(new Uint8Array(bytes));
  const rounded = new Map(
    model.nodes
      .filter(({ opType }) => opType === 'QuantizeLinear')
      .map(({ inputs, outputs }) => [outputs[0]!, inputs[0]!]),
  );
  const exact = new Map(
    model.nodes
      .filter(({ opType, inputs }) => opType === 'DequantizeLinear' && rounded.has(inputs[0]!))
      .map(({ inputs, outputs }) => [outputs[0]!, rounded.get(inputs[0]!)!]),
  );
  model.nodes = model.nodes.map((node) => ({
    ...node,
    inputs: node.inputs.map((input) => exact.get(input) ?? input),
  }));
  model.prune();
  return model.toBytes();
}

/** Sentences, whole and cut off, each with 200 ms of silence behind. */
async function readClips(): Promise<Float32Array[]> {
  const recordings = await Promise.all(LIBRIVOX.map(fetchRecording));
  return recordings.flatMap(({ pcm }) =>
    [1, 0.8, 0.6, 0.4].map((share) =>
      concatenate(pcm.subarray(0, share * pcm.length), silence(200)),
    ),
  );
}

describe('smart turn on kernels of our own', () => {
  test('20 clips of 8 s have the probabilities of the graph without its rounding', async () => {
    const bytes = await readModel();
    const model = new SmartTurnModel(
      createNetworkTeam({ shared: false }),
      new SmartTurnWeights(new Uint8Array(bytes)),
      { frames },
    );
    const session = await createOnnxSession(withoutRounding(bytes).buffer, { modelId, threads: 2 });
    const logMel = new LogMel();
    const probabilities: number[] = [];
    let largest = 0;
    for (const clip of await readClips()) {
      const features = logMel.compute(clip);
      const input = new Tensor('float32', features, [1, bands, frames]);
      const outputs = await session.run({ input_features: input });
      const probability = model.run(features);
      const [expected = NaN] = outputs['logits']!.data as Float32Array;
      largest = Math.max(largest, Math.abs(probability - expected));
      probabilities.push(probability);
    }
    await session.release();
    expect(largest).toBeLessThan(1e-3);
    expect(probabilities).toHaveLength(20);
    expect(Math.min(...probabilities)).toBeLessThan(0.3);
    expect(Math.max(...probabilities)).toBeGreaterThan(0.8);
  });

  test('a file with other weights, or cut off, is refused', async () => {
    expect(() => new SmartTurnWeights(new Uint8Array([8, 1]))).toThrow(RangeError);
    expect(() => new SmartTurnWeights(new Uint8Array([58, 200, 1]))).toThrow(RangeError);
    const other = await servedModelFiles.read('silero-vad', 'silero_vad_v5.onnx', { signal });
    const team = createNetworkTeam({ shared: false });
    expect(() => {
      const weights = new SmartTurnWeights(new Uint8Array(other));
      return new SmartTurnModel(team, weights, { frames });
    }).toThrow(RangeError);
  });
});
