// A Whisper of two tones as sherpa-onnx's own export lays it out: half a second each, in English or German words.
// In Node or in a browser.
import { buildModel, floatTensor, integerTensor } from './onnx-builder.ts';
import type { ToyModel } from './toy-models.ts';

const WORDS = [' low', ' high', ' tief', ' hoch'];
const SPECIALS = { end: 4, start: 5, en: 6, de: 7, transcribe: 8, translate: 9, plain: 10 };
const NO_SPEECH = 11;
const VOCABULARY = 12;
/** Tokens before the first word: start, language, task, no time stamps. */
const PROMPT_TOKENS = 4;
/** Longest text. */
const CONTEXT = 32;
const BANDS = 80;
/** Mel bands below it hear the low tone. */
const HIGH_BAND = 25;
/** Between what a tone has (over 1) and what silence has (0 and less). */
const SILENCE = 0.7;
const HALF_SECOND_FRAMES = 50;

const METADATA = {
  ...{ model_type: 'whisper-toy', n_mels: `${BANDS}`, n_text_layer: '1', n_text_state: '1' },
  ...{ n_text_ctx: `${CONTEXT}`, n_vocab: `${VOCABULARY}`, blank_id: '0', is_multilingual: '1' },
  ...{ sot: `${SPECIALS.start}`, eot: `${SPECIALS.end}`, no_speech: `${NO_SPEECH}` },
  ...{ transcribe: `${SPECIALS.transcribe}`, translate: `${SPECIALS.translate}` },
  no_timestamps: `${SPECIALS.plain}`,
  sot_sequence: [SPECIALS.start, SPECIALS.en, SPECIALS.transcribe].join(),
  ...{ all_language_tokens: `${SPECIALS.en},${SPECIALS.de}`, all_language_codes: 'en,de' },
};

export const TOY_WHISPER_EXPORT: ToyModel = {
  id: 'toy-whisper-export',
  task: 'stt',
  backends: ['wasm'],
  files: {
    // Base64, as the export writes it.
    'toy-tokens.txt': new TextEncoder().encode(
      WORDS.map((word, id) => `${btoa(word)} ${id}\n`).join(''),
    ),
    'toy-encoder.onnx': buildEncoder(METADATA),
    'toy-decoder.onnx': buildDecoder(),
  },
};

/** The same graphs, said to be something else. */
export const TOY_UNKNOWN_WHISPER: ToyModel = {
  ...TOY_WHISPER_EXPORT,
  id: 'toy-unknown-whisper',
  files: {
    ...TOY_WHISPER_EXPORT.files,
    'toy-encoder.onnx': buildEncoder({ ...METADATA, model_type: 'murmur' }),
  },
};

/** `cross_k` [1, 1, half seconds, 3]: how a low tone, a high one and silence are heard in the first fifth of a second of each. */
function buildEncoder(metadata: Readonly<Record<string, string>>): Uint8Array<ArrayBuffer> {
  const loudest = { keepdims: 1 };
  return buildModel({
    nodes: [
      { op: 'Slice', inputs: ['mel', 'zero', 'middle', 'bands'], outputs: ['lower'] },
      { op: 'Slice', inputs: ['mel', 'middle', 'end', 'bands'], outputs: ['upper'] },
      { op: 'ReduceMax', inputs: ['lower', 'bands'], outputs: ['low'], attributes: loudest },
      { op: 'ReduceMax', inputs: ['upper', 'bands'], outputs: ['high'], attributes: loudest },
      { op: 'Mul', inputs: ['low', 'nothing'], outputs: ['zeros'] },
      { op: 'Add', inputs: ['zeros', 'silence'], outputs: ['silent'] },
      {
        op: 'Concat',
        inputs: ['low', 'high', 'silent'],
        outputs: ['levels'],
        attributes: { axis: 1 },
      },
      {
        op: 'AveragePool',
        inputs: ['levels'],
        outputs: ['windows'],
        attributes: { kernel_shape: [20], strides: [HALF_SECOND_FRAMES] },
      },
      {
        op: 'Transpose',
        inputs: ['windows'],
        outputs: ['rows'],
        attributes: { perm: [0, 2, 1] },
      },
      { op: 'Unsqueeze', inputs: ['rows', 'zero'], outputs: ['n_layer_cross_k'] },
      { op: 'Identity', inputs: ['n_layer_cross_k'], outputs: ['n_layer_cross_v'] },
    ],
    tensors: {
      zero: integerTensor([1], [0]),
      middle: integerTensor([1], [HIGH_BAND]),
      end: integerTensor([1], [BANDS]),
      bands: integerTensor([1], [1]),
      nothing: floatTensor([], [0]),
      silence: floatTensor([], [SILENCE]),
    },
    inputs: { mel: [1, BANDS, -1] },
    outputs: ['n_layer_cross_k', 'n_layer_cross_v'],
    metadata,
  });
}

/** The cache keeps whether German was asked for; where in the text a step is says which half second it hears. */
function buildDecoder(): Uint8Array<ArrayBuffer> {
  const [keys, values] = ['in_n_layer_self_k_cache', 'in_n_layer_self_v_cache'];
  const [nextKeys, nextValues] = ['out_n_layer_self_k_cache', 'out_n_layer_self_v_cache'];
  return buildModel({
    nodes: [
      { op: 'Equal', inputs: ['tokens', 'german'], outputs: ['is_german'] },
      { op: 'Cast', inputs: ['is_german'], outputs: ['told'], attributes: { to: 1 } },
      { op: 'ReduceMax', inputs: ['told'], outputs: ['language'], attributes: { keepdims: 0 } },
      { op: 'Max', inputs: [keys, 'language'], outputs: [nextKeys] },
      { op: 'Identity', inputs: [values], outputs: [nextValues] },
      { op: 'ReduceMax', inputs: [nextKeys], outputs: ['known'], attributes: { keepdims: 0 } },
      { op: 'Cast', inputs: ['known'], outputs: ['row'], attributes: { to: 7 } },
      { op: 'Gather', inputs: ['table', 'row'], outputs: ['scores'] },
      { op: 'Shape', inputs: ['tokens'], outputs: ['shape'] },
      { op: 'Gather', inputs: ['shape', 'one'], outputs: ['count'] },
      { op: 'Add', inputs: ['offset', 'count'], outputs: ['length'] },
      { op: 'Sub', inputs: ['length', 'prompt'], outputs: ['step'] },
      { op: 'Max', inputs: ['step', 'none'], outputs: ['at'] },
      {
        op: 'Gather',
        inputs: ['n_layer_cross_k', 'at'],
        outputs: ['sound'],
        attributes: { axis: 2 },
      },
      { op: 'MatMul', inputs: ['sound', 'scores'], outputs: ['heard'] },
      { op: 'Squeeze', inputs: ['heard', 'none'], outputs: ['last'] },
      // One for each token: the library reads the last.
      { op: 'Unsqueeze', inputs: ['count', 'none'], outputs: ['counts'] },
      {
        op: 'Concat',
        inputs: ['each', 'counts', 'each'],
        outputs: ['size'],
        attributes: { axis: 0 },
      },
      { op: 'Expand', inputs: ['last', 'size'], outputs: ['logits'] },
    ],
    tensors: {
      german: integerTensor([], [SPECIALS.de]),
      one: integerTensor([], [1]),
      each: integerTensor([1], [1]),
      none: integerTensor([1], [0]),
      prompt: integerTensor([1], [PROMPT_TOKENS]),
      table: floatTensor([2, 3, VOCABULARY], [...toScores(0), ...toScores(2)]),
    },
    inputs: {
      tokens: [1, -1],
      [keys]: [1, 1, CONTEXT, 1],
      [values]: [1, 1, CONTEXT, 1],
      n_layer_cross_k: [1, 1, -2, 3],
      n_layer_cross_v: [1, 1, -2, 3],
      offset: [1],
    },
    integers: ['tokens', 'offset'],
    outputs: ['logits', nextKeys, nextValues],
  });
}

/** What each sound stands for: a word, and a language where that is asked; silence ends the text. */
function toScores(firstWord: number): number[] {
  const scores = [
    { [firstWord]: 10, [SPECIALS.en]: 5 },
    { [firstWord + 1]: 10, [SPECIALS.de]: 5 },
    { [SPECIALS.end]: 10 },
  ] as const;
  return scores.flatMap((row: Readonly<Record<number, number>>) =>
    Array.from({ length: VOCABULARY }, (_, id) => row[id] ?? 0),
  );
}
