import { expect, test } from 'vitest';
import { createOnnxSession, Tensor } from '../../workers/runtimes/onnx-session.ts';
import { INPUT_SAMPLES, SileroModel } from '../../workers/runtimes/silero/silero-model.ts';
import { servedModelFiles } from '../support/model-files-over-http.ts';
import { fetchRecording, LIBRIVOX, noise } from '../support/recordings.ts';

const WINDOW_SAMPLES = 512;

/** Every window with the end of the one before in front. */
function* toInputs(pcm: Float32Array): Generator<Float32Array<ArrayBuffer>> {
  for (let end = INPUT_SAMPLES; end <= pcm.length; end += WINDOW_SAMPLES) {
    yield pcm.slice(end - INPUT_SAMPLES, end);
  }
}

test('over five recordings and noise it says what ONNX Runtime makes of the same file', async () => {
  const { signal } = new AbortController();
  const bytes = await servedModelFiles.read('silero-vad', 'silero_vad_v5.onnx', { signal });
  const model = new SileroModel(new Uint8Array(bytes));
  const session = await createOnnxSession(bytes, { modelId: 'silero-vad', threads: 1 });
  const recordings = await Promise.all(LIBRIVOX.map(fetchRecording));
  let [largest, windows] = [0, 0];
  for (const pcm of [...recordings.map((each) => each.pcm), noise(3_000, 0.1)]) {
    model.reset();
    let state = new Tensor('float32', new Float32Array(256), [2, 1, 128]);
    for (const samples of toInputs(pcm)) {
      const outputs = await session.run({
        input: new Tensor('float32', samples, [1, INPUT_SAMPLES]),
        state,
        sr: new Tensor('int64', BigInt64Array.of(16_000n), []),
      });
      state = outputs['stateN'] as typeof state;
      const expected = (outputs['output']?.data as Float32Array)[0] ?? NaN;
      largest = Math.max(largest, Math.abs(model.run(samples) - expected));
      windows += 1;
    }
  }
  expect(windows).toBeGreaterThan(700);
  expect(largest).toBeLessThan(1e-4);
  await session.release();
});

test('a file with other weights, or cut off, is refused', () => {
  expect(() => new SileroModel(new Uint8Array([8, 1]))).toThrow(RangeError);
  expect(() => new SileroModel(new Uint8Array([58, 200, 1]))).toThrow(RangeError);
});
