// Recognisers of two tones for a whole piece at a time: a transducer and a Paraformer. In Node or in a browser.
import { buildModel, floatTensor, integerTensor } from './onnx-builder.ts';
import type { NodeSketch, TensorSketch } from './onnx-builder.ts';
import { TOY_CTC } from './toy-ctc.ts';
import type { ToyModel } from './toy-models.ts';
import { TOY_TRANSDUCER } from './toy-transducer.ts';

/** Mel bands below it hear a tone of 400 Hz, those above one of 2,000. */
const HIGH_BAND = 30;
const FEATURES = 80;
/** Frames of 10 ms to one of the encoder's. */
const SUBSAMPLING = 8;

/** `levels` [1, windows, 3] of `x` [1, frames, 80]: a fixed level for silence, and how loud each tone is in a window. */
function toLevels(
  windowFrames: number,
  strideFrames: number,
  silence: number,
): { nodes: readonly NodeSketch[]; tensors: Readonly<Record<string, TensorSketch>> } {
  const loudest = { keepdims: 1 };
  return {
    nodes: [
      { op: 'Slice', inputs: ['x', 'zero', 'middle', 'bands'], outputs: ['lower'] },
      { op: 'Slice', inputs: ['x', 'middle', 'end', 'bands'], outputs: ['upper'] },
      { op: 'ReduceMax', inputs: ['lower', 'bands'], outputs: ['low'], attributes: loudest },
      { op: 'ReduceMax', inputs: ['upper', 'bands'], outputs: ['high'], attributes: loudest },
      { op: 'Mul', inputs: ['low', 'nothing'], outputs: ['zeros'] },
      { op: 'Add', inputs: ['zeros', 'silence'], outputs: ['silent'] },
      {
        op: 'Concat',
        inputs: ['silent', 'low', 'high'],
        outputs: ['frames'],
        attributes: { axis: 2 },
      },
      { op: 'Transpose', inputs: ['frames'], outputs: ['rows'], attributes: { perm: [0, 2, 1] } },
      {
        op: 'AveragePool',
        inputs: ['rows'],
        outputs: ['windows'],
        attributes: { kernel_shape: [windowFrames], strides: [strideFrames] },
      },
      {
        op: 'Transpose',
        inputs: ['windows'],
        outputs: ['levels'],
        attributes: { perm: [0, 2, 1] },
      },
    ],
    tensors: {
      zero: integerTensor([1], [0]),
      middle: integerTensor([1], [HIGH_BAND]),
      end: integerTensor([1], [FEATURES]),
      bands: integerTensor([1], [2]),
      nothing: floatTensor([], [0]),
      silence: floatTensor([], [silence]),
    },
  };
}

/** With the decoder and the joiner of the streaming one: no word twice in a row. */
export const TOY_WHOLE_TRANSDUCER: ToyModel = {
  ...TOY_TRANSDUCER,
  id: 'toy-whole-transducer',
  files: { ...TOY_TRANSDUCER.files, 'encoder.onnx': buildEncoder() },
};

function buildEncoder(): Uint8Array<ArrayBuffer> {
  const { nodes, tensors } = toLevels(SUBSAMPLING, SUBSAMPLING, 0);
  return buildModel({
    nodes: [
      ...nodes,
      { op: 'Identity', inputs: ['levels'], outputs: ['encoder_out'] },
      { op: 'Div', inputs: ['x_lens', 'subsampling'], outputs: ['encoder_out_lens'] },
    ],
    tensors: { ...tensors, subsampling: integerTensor([], [SUBSAMPLING]) },
    inputs: { x: [1, -1, FEATURES], x_lens: [1] },
    integers: ['x_lens'],
    outputs: ['encoder_out', 'encoder_out_lens'],
    integerOutputs: ['encoder_out_lens'],
    outputDims: { encoder_out: [1, -2, 3] },
    metadata: { model_type: 'zipformer2', comment: 'non-streaming zipformer2' },
  });
}

/** Of each half second, by how its first fifth of a second sounds, a word; silence ends the text. */
export const TOY_PARAFORMER: ToyModel = {
  id: 'toy-paraformer',
  task: 'stt',
  backends: ['wasm'],
  files: {
    'tokens.txt': new TextEncoder().encode('</s> 0\nlow 1\nhigh 2\n'),
    'model.int8.onnx': buildParaformer(),
  },
};

function buildParaformer(): Uint8Array<ArrayBuffer> {
  // Its samples are of 16 bits: silence is louder than that of the others by as much.
  const { nodes, tensors } = toLevels(20, 50, 2 * Math.log(32_768));
  const ofBands = (value: number): string => Array.from({ length: FEATURES }, () => value).join();
  return buildModel({
    nodes: [
      ...nodes,
      { op: 'Identity', inputs: ['levels'], outputs: ['logits'] },
      {
        op: 'Cast',
        inputs: ['speech_lengths'],
        outputs: ['token_num'],
        attributes: { to: 1 },
      },
    ],
    tensors,
    inputs: { x: [1, -1, FEATURES], speech_lengths: [1] },
    int32s: ['speech_lengths'],
    outputs: ['logits', 'token_num'],
    outputDims: { logits: [1, -2, 3] },
    metadata: {
      ...{ model_type: 'paraformer', vocab_size: '3', lfr_window_size: '1', lfr_window_shift: '1' },
      ...{ neg_mean: ofBands(0), inv_stddev: ofBands(1) },
    },
  });
}

/** Two models in one entry. */
export const TOY_AMBIGUOUS: ToyModel = {
  ...TOY_CTC,
  id: 'toy-ambiguous',
  files: { ...TOY_TRANSDUCER.files, ...TOY_CTC.files },
};

/** What is no graph at all under the names of one, but for what it says of itself. */
export const TOY_BROKEN: ToyModel = {
  ...TOY_PARAFORMER,
  id: 'toy-broken',
  files: {
    ...TOY_PARAFORMER.files,
    'model.int8.onnx': buildModel({
      ...{ nodes: [], tensors: {}, inputs: {}, outputs: ['nothing'] },
      metadata: { model_type: 'paraformer' },
    }),
  },
};
