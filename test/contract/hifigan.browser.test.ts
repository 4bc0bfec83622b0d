// Piper's generator on kernels of our own beside the same part of the graph on ONNX Runtime.
import { expect, test } from 'vitest';
import { concatenate } from '../../src/core/pcm.ts';
import { HifiGan } from '../../workers/runtimes/hifigan/hifigan.ts';
import { GraphWeights } from '../../workers/runtimes/onnx-graph/graph-weights.ts';
import { OnnxModel } from '../../workers/runtimes/onnx-graph/onnx-model.ts';
import { DATA_TYPE } from '../../workers/runtimes/onnx-graph/onnx-tensor.ts';
import { createOnnxSession, Tensor } from '../../workers/runtimes/onnx-session.ts';
import { createNetworkTeam } from '../../workers/runtimes/network/kernels.ts';
import { placeChannels } from '../../workers/runtimes/network/signal.ts';
import { servedModelFiles as files } from '../support/model-files-over-http.ts';
import { createNoise } from '../support/noise.ts';

const CHANNELS = 192;
const FRAMES = 60;
const SAMPLES_PER_FRAME = 256;

test('the generator gives the samples of the graph', { timeout: 120_000 }, async () => {
  const { signal } = new AbortController();
  const bytes = await files.read('piper-en-us-joe', 'en_US-joe-medium.onnx', { signal });
  const model = OnnxModel.parse(new Uint8Array(bytes));
  const weights = new GraphWeights(model);
  expect(HifiGan.fits(weights)).toBe(true);
  const team = createNetworkTeam();
  const generator = new HifiGan(team, weights);

  model.nodes = model.nodes.filter(({ name }) => name.startsWith('/dec'));
  for (const name of ['input', 'input_lengths', 'scales']) model.removeInput(name);
  const input = weights.inputOf('/dec/conv_pre/Conv');
  model.setInput(input, { dataType: DATA_TYPE.float, dims: [1, CHANNELS, FRAMES] });
  for (const name of model.outputs) model.removeOutput(name);
  model.addOutput('/dec/Tanh_output_0', DATA_TYPE.float);
  model.prune();
  const modelId = 'piper-en-us-joe';
  const session = await createOnnxSession(model.toBytes().buffer, { modelId, threads: 1 });
  const latents = Float32Array.from({ length: CHANNELS * FRAMES }, createNoise(11));
  const feeds = { [input]: new Tensor('float32', latents, [1, CHANNELS, FRAMES]) };
  const expected = (await session.run(feeds))['/dec/Tanh_output_0']!.data as Float32Array;
  await session.release();

  const shape = { channels: CHANNELS, width: CHANNELS, first: 0 };
  const rows = placeChannels(team.memory, latents, shape);
  const run = (from: number, to: number): Float32Array => {
    const steps = generator.run(rows, { from, to });
    let step = steps.next();
    while (step.done !== true) step = steps.next();
    return step.value;
  };
  const whole = run(0, FRAMES);
  expect(whole.length).toBe(FRAMES * SAMPLES_PER_FRAME);
  // 50 dB below the signal.
  expect(difference(whole, expected)).toBeLessThan(1e-5);
  const parts = concatenate([run(0, 17), run(17, 40), run(40, FRAMES)]);
  // Each piece of a signal is rounded with a scale of its own, and other parts are cut into other pieces: what differs is
  // the rounding of both. 48 dB below the signal, where 50.5 were measured.
  expect(difference(parts, whole)).toBeLessThan(10 ** -4.8);
});

/** Power of the difference as a share of the signal's. */
function difference(actual: Float32Array, expected: Float32Array): number {
  expect(actual.length).toBe(expected.length);
  const power = expected.reduce((sum, sample) => sum + sample ** 2, 0);
  return expected.reduce((sum, sample, i) => sum + (sample - actual[i]!) ** 2, 0) / power;
}
