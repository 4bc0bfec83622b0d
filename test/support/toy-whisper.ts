// A Whisper of two tones: a low or a high one, half a second each, says which of two words stands there. What comes
// out is known, and every input of the graph has its part in it. In Node or in a browser.
import { buildModel, floatTensor, integerTensor } from './onnx-builder.ts';
import { toJsonFile } from './toy-models.ts';
import type { ToyModel } from './toy-models.ts';

const WORDS = {
  en: [
    ['red', 'blue'],
    ['fox', 'cat'],
    ['runs', 'sleeps'],
    ['far', 'near'],
    ['every', 'some'],
    ['morning', 'evening'],
  ],
  de: [
    ['rot', 'blau'],
    ['Hund', 'Vogel'],
    ['rennt', 'ruht'],
    ['weit', 'nah'],
    ['jeden', 'manchen'],
    ['Morgen', 'Abend'],
  ],
} as const;
const SPECIALS = [
  '<|endoftext|>',
  '<|startoftranscript|>',
  '<|en|>',
  '<|de|>',
  '<|transcribe|>',
  '<|translate|>',
  '<|notimestamps|>',
  '<|nospeech|>',
];
const END = 0;
const START = 1;
const LANGUAGES = { '<|en|>': 2, '<|de|>': 3 };
/** Tokens before the first word: start, language, task, no time stamps. */
const PROMPT_TOKENS = 4;
const FIRST_WORD = SPECIALS.length;
const VOCABULARY = [...SPECIALS, ...[...WORDS.en, ...WORDS.de].flat().map((word) => `Ġ${word}`)];
/** Steps of a decode with a row in the table, of each language. */
const STEPS = 16;
const SAMPLE_RATE_HZ = 16_000;
const WORD_SAMPLES = SAMPLE_RATE_HZ / 2;
const TONES_HZ = [400, 2_000] as const;
/** Mel bands below it hear the low tone. */
const HIGH_BAND = 25;

/** Half a second per tone: 0 is the low one, 1 the high one. */
export function toTones(tones: readonly (0 | 1)[]): Float32Array {
  return Float32Array.from({ length: tones.length * WORD_SAMPLES }, (_, at) => {
    const hz = TONES_HZ[tones[Math.floor(at / WORD_SAMPLES)] ?? 0];
    return 0.3 * Math.sin((2 * Math.PI * hz * at) / SAMPLE_RATE_HZ);
  });
}

export function wordsOf(tones: readonly (0 | 1)[], language: 'en' | 'de' = 'en'): string {
  return tones.map((tone, at) => WORDS[language][at]?.[tone]).join(' ');
}

export const TOY_WHISPER: ToyModel = {
  id: 'toy-whisper',
  task: 'stt',
  backends: ['wasm', 'webgpu'],
  files: {
    'config.json': toJsonFile({
      ...{ model_type: 'whisper', architectures: ['WhisperForConditionalGeneration'] },
      ...{ is_encoder_decoder: true, d_model: 3, vocab_size: VOCABULARY.length },
      ...{ encoder_layers: 1, encoder_attention_heads: 1, decoder_layers: 1 },
      ...{ decoder_attention_heads: 1, max_source_positions: 1_500, max_target_positions: 448 },
      ...{ decoder_start_token_id: START, eos_token_id: END, bos_token_id: END, pad_token_id: END },
    }),
    'generation_config.json': toJsonFile({
      ...{ decoder_start_token_id: START, eos_token_id: END, pad_token_id: END, max_length: 448 },
      ...{
        is_multilingual: true,
        lang_to_id: LANGUAGES,
        task_to_id: { transcribe: 4, translate: 5 },
      },
      ...{ no_timestamps_token_id: 6, begin_suppress_tokens: [7] },
    }),
    'preprocessor_config.json': toJsonFile({
      ...{ feature_extractor_type: 'WhisperFeatureExtractor', feature_size: 80 },
      ...{ hop_length: 160, n_fft: 400, n_samples: 480_000, nb_max_frames: 3_000 },
      sampling_rate: SAMPLE_RATE_HZ,
    }),
    'tokenizer.json': toJsonFile({
      version: '1.0',
      added_tokens: SPECIALS.map((content, id) => ({ id, content, special: true })),
      normalizer: null,
      pre_tokenizer: {
        type: 'ByteLevel',
        add_prefix_space: false,
        trim_offsets: true,
        use_regex: true,
      },
      post_processor: null,
      decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
      model: {
        type: 'BPE',
        vocab: Object.fromEntries(VOCABULARY.map((token, id) => [token, id])),
        merges: [],
      },
    }),
    'tokenizer_config.json': toJsonFile({
      tokenizer_class: 'WhisperTokenizer',
      model_max_length: 448,
    }),
    'encoder_model.onnx': buildEncoder(),
    'decoder_model_merged.onnx': buildDecoder(),
  },
};

/** What a broken driver makes of the encoder: high tones are mostly taken for low ones. */
export const GARBLED_TOY_ENCODER: Uint8Array<ArrayBuffer> = buildEncoder(70);

/** Each frame as three numbers: low tone, high tone, and what a silent frame exceeds them with. */
function buildEncoder(highBand = HIGH_BAND): Uint8Array<ArrayBuffer> {
  const slice = (from: string, to: string): readonly string[] => [
    'input_features',
    from,
    to,
    'bands',
  ];
  return buildModel({
    nodes: [
      { op: 'Slice', inputs: slice('zero', 'middle'), outputs: ['lower'] },
      { op: 'Slice', inputs: slice('middle', 'end'), outputs: ['upper'] },
      {
        op: 'ReduceMax',
        inputs: ['lower', 'bands'],
        outputs: ['low'],
        attributes: { keepdims: 1 },
      },
      {
        op: 'ReduceMax',
        inputs: ['upper', 'bands'],
        outputs: ['high'],
        attributes: { keepdims: 1 },
      },
      {
        op: 'ReduceMean',
        inputs: ['input_features', 'bands'],
        outputs: ['mean'],
        attributes: { keepdims: 1 },
      },
      { op: 'Add', inputs: ['mean', 'lift'], outputs: ['silent'] },
      {
        op: 'Concat',
        inputs: ['low', 'high', 'silent'],
        outputs: ['levels'],
        attributes: { axis: 1 },
      },
      // Quiet has negative levels: a score of its own must exceed the zero of every other token.
      { op: 'Add', inputs: ['levels', 'base'], outputs: ['frames'] },
      {
        op: 'Transpose',
        inputs: ['frames'],
        outputs: ['last_hidden_state'],
        attributes: { perm: [0, 2, 1] },
      },
    ],
    tensors: {
      zero: integerTensor([1], [0]),
      middle: integerTensor([1], [highBand]),
      end: integerTensor([1], [80]),
      bands: integerTensor([1], [1]),
      lift: floatTensor([], [0.5]),
      base: floatTensor([], [3]),
    },
    inputs: { input_features: [1, 80, -1] },
    outputs: ['last_hidden_state'],
  });
}

/** The cache holds all tokens so far: their number says which word is next, the second of them the language. */
function buildDecoder(): Uint8Array<ArrayBuffer> {
  const cache = 'present.0.decoder.key';
  return buildModel({
    nodes: [
      { op: 'Cast', inputs: ['input_ids'], outputs: ['ids'], attributes: { to: 1 } },
      { op: 'Reshape', inputs: ['ids', 'cache_shape'], outputs: ['new'] },
      {
        op: 'Concat',
        inputs: ['past_key_values.0.decoder.key', 'new'],
        outputs: [cache],
        attributes: { axis: 2 },
      },
      { op: 'Shape', inputs: [cache], outputs: ['shape'] },
      { op: 'Gather', inputs: ['shape', 'two'], outputs: ['count'] },
      { op: 'Sub', inputs: ['count', 'one'], outputs: ['step'] },
      { op: 'Reshape', inputs: [cache, 'flat_shape'], outputs: ['tokens'] },
      { op: 'Min', inputs: ['step', 'one'], outputs: ['language_at'] },
      { op: 'Gather', inputs: ['tokens', 'language_at'], outputs: ['language'] },
      { op: 'Equal', inputs: ['language', 'german'], outputs: ['is_german'] },
      { op: 'Cast', inputs: ['is_german'], outputs: ['german_row'], attributes: { to: 7 } },
      { op: 'Mul', inputs: ['german_row', 'steps'], outputs: ['first_row'] },
      { op: 'Add', inputs: ['first_row', 'step'], outputs: ['row'] },
      { op: 'Gather', inputs: ['table', 'row'], outputs: ['scores'] },
      { op: 'Gather', inputs: ['starts', 'step'], outputs: ['start'] },
      { op: 'Add', inputs: ['start', 'window'], outputs: ['frames'] },
      {
        op: 'Gather',
        inputs: ['encoder_hidden_states', 'frames'],
        outputs: ['heard'],
        attributes: { axis: 1 },
      },
      {
        op: 'ReduceMean',
        inputs: ['heard', 'one_axis'],
        outputs: ['sound'],
        attributes: { keepdims: 1 },
      },
      { op: 'MatMul', inputs: ['sound', 'scores'], outputs: ['logits'] },
    ],
    tensors: {
      cache_shape: integerTensor([4], [1, 1, -1, 1]),
      flat_shape: integerTensor([1], [-1]),
      one: integerTensor([], [1]),
      one_axis: integerTensor([1], [1]),
      two: integerTensor([], [2]),
      steps: integerTensor([], [STEPS]),
      german: floatTensor([], [LANGUAGES['<|de|>']]),
      table: floatTensor([2 * STEPS, 3, VOCABULARY.length], toTable()),
      starts: integerTensor(
        [STEPS],
        Array.from({ length: STEPS }, (_, step) => 25 + 50 * Math.max(0, step - PROMPT_TOKENS + 1)),
      ),
      window: integerTensor(
        [20],
        Array.from({ length: 20 }, (_, frame) => frame),
      ),
    },
    inputs: {
      input_ids: [1, -1],
      encoder_hidden_states: [1, -2, 3],
      'past_key_values.0.decoder.key': [1, 1, -3, 1],
    },
    integers: ['input_ids'],
    outputs: ['logits', cache],
  });
}

/** By language and step: the tokens that a low tone, a high tone and silence stand for. */
function toTable(): number[] {
  const rows = (['en', 'de'] as const).flatMap((language, index) =>
    Array.from({ length: STEPS }, (_, step) => {
      if (step === 0) return [LANGUAGES['<|en|>'], LANGUAGES['<|de|>'], END];
      const at = step - PROMPT_TOKENS + 1;
      const word = FIRST_WORD + 2 * (at + index * WORDS.en.length);
      return at >= 0 && at < WORDS[language].length ? [word, word + 1, END] : [END, END, END];
    }),
  );
  return rows.flatMap((tokens) =>
    tokens.flatMap((token) => VOCABULARY.map((_, id) => (id === token ? 10 : 0))),
  );
}
