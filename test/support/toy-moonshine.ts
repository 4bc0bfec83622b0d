// A Moonshine of two tones in four graphs, as sherpa-onnx's first export lays it out, and the tokens that the real one
// needs beside its two. In Node.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { moonshineTokens } from './moonshine-tokens.ts';
import { buildModel, floatTensor, integerTensor } from './onnx-builder.ts';
import type { ToyModel } from './toy-models.ts';

/** The weights of `moonshine-tiny-en` are served beside it (serve-toys.ts). */
export const MOONSHINE_TOKENS: ToyModel = {
  id: 'moonshine-of-sherpa',
  task: 'stt',
  backends: ['wasm'],
  files: { 'tokens.txt': moonshineTokens() },
};

/** Samples to a frame of the encoder, as the library counts on for the longest text. */
const FRAME_SAMPLES = 384;
/** Of silence behind the audio: what comes after its last word. */
const TAIL_FRAMES = 60;
const WORDS = 40;
/** The middle of half second number `step`, in frames. */
const toFrame = (step: number): number => Math.round(((step + 0.5) * 8_000) / FRAME_SAMPLES);
const END = 2;
const VOCABULARY = 5;

export const TOY_MOONSHINE: ToyModel = {
  id: 'toy-moonshine',
  task: 'stt',
  backends: ['wasm'],
  files: {
    'tokens.txt': new TextEncoder().encode('<unk> 0\n<s> 1\n</s> 2\n▁low 3\n▁high 4\n'),
    'preprocess.onnx': buildPreprocessor(),
    'encode.int8.onnx': buildEncoder(),
    'uncached_decode.int8.onnx': buildDecoder(false),
    'cached_decode.int8.onnx': buildDecoder(true),
  },
};

/** One of its graphs is of ONNX Runtime's own format, as the library's later models are (make-moonshine-ort.py). */
export const TOY_MOONSHINE_ORT: ToyModel = {
  ...TOY_MOONSHINE,
  id: 'toy-moonshine-ort',
  files: {
    'tokens.txt': TOY_MOONSHINE.files['tokens.txt']!,
    'preprocess.onnx': TOY_MOONSHINE.files['preprocess.onnx']!,
    'encode.ort': new Uint8Array(
      readFileSync(path.join(import.meta.dirname, '../fixtures/moonshine-encode.ort')),
    ),
    'uncached_decode.onnx': TOY_MOONSHINE.files['uncached_decode.int8.onnx']!,
    'cached_decode.onnx': TOY_MOONSHINE.files['cached_decode.int8.onnx']!,
  },
};

/**
 * Of each frame: a fixed level for silence, and how much is there of each tone. From one sample to the next a tone of
 * 400 Hz changes by little of its energy, one of 2,000 by more than half.
 */
function buildPreprocessor(): Uint8Array<ArrayBuffer> {
  const slice = (from: string, to: string): readonly string[] => ['audio', from, to, 'samples'];
  return buildModel({
    nodes: [
      { op: 'Slice', inputs: slice('one', 'end'), outputs: ['now'] },
      { op: 'Slice', inputs: slice('zero', 'last'), outputs: ['before'] },
      { op: 'Sub', inputs: ['now', 'before'], outputs: ['change'] },
      { op: 'Mul', inputs: ['change', 'change'], outputs: ['changed'] },
      { op: 'Mul', inputs: ['now', 'now'], outputs: ['energy'] },
      { op: 'Mul', inputs: ['energy', 'third'], outputs: ['share'] },
      { op: 'Sub', inputs: ['share', 'changed'], outputs: ['low'] },
      { op: 'Sub', inputs: ['changed', 'share'], outputs: ['high'] },
      { op: 'Mul', inputs: ['now', 'nothing'], outputs: ['zeros'] },
      { op: 'Add', inputs: ['zeros', 'silence'], outputs: ['silent'] },
      {
        op: 'Concat',
        inputs: ['silent', 'low', 'high'],
        outputs: ['levels'],
        attributes: { axis: 0 },
      },
      { op: 'Unsqueeze', inputs: ['levels', 'zero'], outputs: ['rows'] },
      {
        op: 'AveragePool',
        inputs: ['rows'],
        outputs: ['windows'],
        attributes: { kernel_shape: [FRAME_SAMPLES], strides: [FRAME_SAMPLES] },
      },
      {
        op: 'Transpose',
        inputs: ['windows'],
        outputs: ['features'],
        attributes: { perm: [0, 2, 1] },
      },
    ],
    tensors: {
      zero: integerTensor([1], [0]),
      one: integerTensor([1], [1]),
      last: integerTensor([1], [-1]),
      end: integerTensor([1], [1_000_000_000]),
      samples: integerTensor([1], [1]),
      nothing: floatTensor([], [0]),
      third: floatTensor([], [1 / 3]),
      silence: floatTensor([], [0.002]),
    },
    inputs: { audio: [1, -1] },
    outputs: ['features'],
  });
}

/** Silence behind what was heard. */
function buildEncoder(): Uint8Array<ArrayBuffer> {
  const tail = Array.from({ length: TAIL_FRAMES }, () => [1, 0, 0]).flat();
  return buildModel({
    nodes: [
      {
        op: 'Concat',
        inputs: ['features', 'tail'],
        outputs: ['encoder_out'],
        attributes: { axis: 1 },
      },
    ],
    tensors: { tail: floatTensor([1, TAIL_FRAMES, 3], tail) },
    inputs: { features: [1, -1, 3], features_len: [1] },
    int32s: ['features_len'],
    outputs: ['encoder_out'],
  });
}

/** How many tokens there are says which half second comes next; the state holds the token before. */
function buildDecoder(isCached: boolean): Uint8Array<ArrayBuffer> {
  return buildModel({
    nodes: [
      { op: 'Sub', inputs: ['seq_len', 'one'], outputs: ['step'] },
      { op: 'Gather', inputs: ['starts', 'step'], outputs: ['frame'] },
      {
        op: 'Gather',
        inputs: ['encoder_out', 'frame'],
        outputs: ['sound'],
        attributes: { axis: 1 },
      },
      { op: 'MatMul', inputs: ['sound', 'table'], outputs: ['logits'] },
      { op: 'Cast', inputs: ['tokens'], outputs: ['state'], attributes: { to: 1 } },
    ],
    tensors: {
      one: { type: 6, dims: [1], int32s: [1] },
      starts: integerTensor(
        [WORDS],
        Array.from({ length: WORDS }, (_, step) => toFrame(step)),
      ),
      table: floatTensor([3, VOCABULARY], toScores()),
    },
    inputs: {
      ...{ tokens: [1, 1], encoder_out: [1, -1, 3], seq_len: [1] },
      ...(isCached ? { past: [1, 1] } : {}),
    },
    int32s: ['tokens', 'seq_len'],
    outputs: ['logits', 'state'],
    outputDims: { logits: [1, 1, VOCABULARY] },
  });
}

/** What silence, a low tone and a high one stand for. */
function toScores(): number[] {
  return [END, 3, 4].flatMap((token) =>
    Array.from({ length: VOCABULARY }, (_, id) => (id === token ? 1 : 0)),
  );
}
