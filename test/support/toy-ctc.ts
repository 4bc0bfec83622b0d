// A CTC recogniser of two tones, for a whole piece at a time: a low one is the word "low", a high one "high". In Node or in a browser.
import { buildModel, floatTensor, integerTensor } from './onnx-builder.ts';
import type { ToyModel } from './toy-models.ts';

const TOKENS = ['<blk>', '▁low', '▁high'];
/** Mel bands below it hear a tone of 400 Hz, those above one of 2,000. */
const HIGH_BAND = 30;
/** Of a log mel energy, over which a band is no silence. */
const SILENCE = -6;

export const TOY_CTC: ToyModel = {
  id: 'toy-ctc',
  task: 'stt',
  backends: ['wasm'],
  files: {
    'tokens.txt': new TextEncoder().encode(TOKENS.map((token, id) => `${token} ${id}\n`).join('')),
    'model.onnx': buildToy('zipformer2_ctc'),
  },
};

/** The same graph, said to be of a kind that no engine here runs. */
export const TOY_UNKNOWN_CTC: ToyModel = {
  ...TOY_CTC,
  id: 'toy-unknown-ctc',
  files: { ...TOY_CTC.files, 'model.onnx': buildToy('of_no_kind') },
};

/** Fewer it fails on, as real graphs do. */
const LEAST_FRAMES = 9;

/** Of each frame: a fixed share for silence, and how loud each tone is. */
function buildToy(kind: string): Uint8Array<ArrayBuffer> {
  const loudest = (input: string, output: string) =>
    ({
      ...{ op: 'ReduceMax', inputs: [input, 'bands'], outputs: [output] },
      attributes: { keepdims: 1 },
    }) as const;
  return buildModel({
    nodes: [
      { op: 'Slice', inputs: ['x', 'zero', 'middle', 'bands'], outputs: ['lower'] },
      { op: 'Slice', inputs: ['x', 'middle', 'end', 'bands'], outputs: ['upper'] },
      loudest('lower', 'low'),
      loudest('upper', 'high'),
      { op: 'Gather', inputs: ['x', 'least'], outputs: ['frame'], attributes: { axis: 1 } },
      loudest('frame', 'wanted'),
      { op: 'Mul', inputs: ['wanted', 'nothing'], outputs: ['nought'] },
      { op: 'Mul', inputs: ['low', 'nothing'], outputs: ['zeros'] },
      { op: 'Add', inputs: ['zeros', 'silence'], outputs: ['even'] },
      { op: 'Add', inputs: ['even', 'nought'], outputs: ['silent'] },
      {
        op: 'Concat',
        inputs: ['silent', 'low', 'high'],
        outputs: ['log_probs'],
        attributes: { axis: 2 },
      },
      { op: 'Identity', inputs: ['x_lens'], outputs: ['log_probs_len'] },
    ],
    tensors: {
      zero: integerTensor([1], [0]),
      middle: integerTensor([1], [HIGH_BAND]),
      end: integerTensor([1], [80]),
      bands: integerTensor([1], [2]),
      least: integerTensor([1], [LEAST_FRAMES - 1]),
      nothing: floatTensor([], [0]),
      silence: floatTensor([], [SILENCE]),
    },
    inputs: { x: [1, -1, 80], x_lens: [1] },
    integers: ['x_lens'],
    outputs: ['log_probs', 'log_probs_len'],
    integerOutputs: ['log_probs_len'],
    outputDims: { log_probs: [1, -1, TOKENS.length] },
    metadata: { model_type: kind },
  });
}
