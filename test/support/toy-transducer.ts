// A streaming transducer of two tones: a low one is the word "low", a high one the word "high". In Node or in a browser.
import { buildModel, floatTensor, integerTensor } from './onnx-builder.ts';
import type { ToyModel } from './toy-models.ts';

const TOKENS = ['<blk>', '▁low', '▁high'];
/** Frames of 10 ms that the encoder takes at a time. */
const CHUNK_FRAMES = 8;
/** Mel bands below it hear a tone of 400 Hz, those above one of 2,000. */
const HIGH_BAND = 30;

export const TOY_TRANSDUCER: ToyModel = {
  id: 'toy-transducer',
  task: 'stt',
  backends: ['wasm'],
  files: {
    'tokens.txt': new TextEncoder().encode(TOKENS.map((token, id) => `${token} ${id}\n`).join('')),
    'encoder.onnx': buildEncoder(),
    'decoder.onnx': buildDecoder(),
    'joiner.onnx': buildJoiner(),
  },
};

/** The same, listening for one keyword. */
export const TOY_KEYWORDS: ToyModel = {
  id: 'toy-keywords',
  task: 'wake',
  backends: ['wasm'],
  files: {
    ...TOY_TRANSDUCER.files,
    'keywords.txt': new TextEncoder().encode('▁low ▁high @low_high\n'),
  },
};

/** Of a chunk: nothing for silence, and how loud each tone is; its states pass through. */
function buildEncoder(): Uint8Array<ArrayBuffer> {
  return buildModel({
    nodes: [
      { op: 'Slice', inputs: ['x', 'zero', 'middle', 'bands'], outputs: ['lower'] },
      { op: 'Slice', inputs: ['x', 'middle', 'end', 'bands'], outputs: ['upper'] },
      {
        op: 'ReduceMax',
        inputs: ['lower', 'bands'],
        outputs: ['low_frames'],
        attributes: { keepdims: 1 },
      },
      {
        op: 'ReduceMax',
        inputs: ['upper', 'bands'],
        outputs: ['high_frames'],
        attributes: { keepdims: 1 },
      },
      {
        op: 'ReduceMean',
        inputs: ['low_frames', 'time'],
        outputs: ['low'],
        attributes: { keepdims: 1 },
      },
      {
        op: 'ReduceMean',
        inputs: ['high_frames', 'time'],
        outputs: ['high'],
        attributes: { keepdims: 1 },
      },
      { op: 'Mul', inputs: ['low', 'nothing'], outputs: ['silent'] },
      {
        op: 'Concat',
        inputs: ['silent', 'low', 'high'],
        outputs: ['encoder_out'],
        attributes: { axis: 2 },
      },
      { op: 'Identity', inputs: ['h'], outputs: ['next_h'] },
      { op: 'Identity', inputs: ['c'], outputs: ['next_c'] },
    ],
    tensors: {
      zero: integerTensor([1], [0]),
      middle: integerTensor([1], [HIGH_BAND]),
      end: integerTensor([1], [80]),
      bands: integerTensor([1], [2]),
      time: integerTensor([1], [1]),
      nothing: floatTensor([], [0]),
    },
    inputs: { x: [-1, CHUNK_FRAMES, 80], h: [1, -1, 1], c: [1, -1, 1] },
    outputs: ['encoder_out', 'next_h', 'next_c'],
    metadata: {
      ...{ model_type: 'lstm', num_encoder_layers: '1', T: `${CHUNK_FRAMES}` },
      ...{ decode_chunk_len: `${CHUNK_FRAMES}`, rnn_hidden_size: '1', d_model: '1' },
    },
  });
}

/** The word before, as one of three. */
function buildDecoder(): Uint8Array<ArrayBuffer> {
  return buildModel({
    nodes: [
      { op: 'Gather', inputs: ['y', 'last'], outputs: ['before'], attributes: { axis: 1 } },
      { op: 'Gather', inputs: ['words', 'before'], outputs: ['decoder_out'] },
    ],
    tensors: {
      last: integerTensor([], [-1]),
      words: floatTensor([3, 3], [0, 0, 0, 0, 1, 0, 0, 0, 1]),
    },
    inputs: { y: [-1, 2] },
    integers: ['y'],
    outputs: ['decoder_out'],
    metadata: { vocab_size: '3', context_size: '2' },
  });
}

/** No word twice in a row. */
function buildJoiner(): Uint8Array<ArrayBuffer> {
  return buildModel({
    nodes: [
      { op: 'Mul', inputs: ['decoder_out', 'much'], outputs: ['said'] },
      { op: 'Sub', inputs: ['encoder_out', 'said'], outputs: ['logit'] },
    ],
    tensors: { much: floatTensor([], [100]) },
    inputs: { encoder_out: [-1, 3], decoder_out: [-1, 3] },
    outputs: ['logit'],
    metadata: { joiner_dim: '3' },
  });
}
