// A text model that knows two questions: the latest word of France or of a story decides what it answers. In Node or
// in a browser.
import { buildModel, floatTensor, integerTensor } from './onnx-builder.ts';
import { toJsonFile } from './toy-models.ts';
import type { ToyModel } from './toy-models.ts';

const END = '<|end|>';
const ASSISTANT = '<|assistant|>';
const SPECIALS = [END, '<|system|>', '<|user|>', ASSISTANT];
const ANSWER = ['It', 'is', 'Paris', END];
const TALE = ['Once', 'upon', 'a', 'time', 'there', 'was', 'one', 'fox', 'who', 'saw', 'another'];
const KEYWORDS = ['France', 'story'];
/** Words of prompts that mean nothing to it. */
const OTHERS =
  'You are helpful assistant Answer in short sentence What the capital of Tell me long about weather Thank you'.split(
    ' ',
  );
const WORDS = [...new Set([...ANSWER, ...TALE, ...KEYWORDS, ...OTHERS])].filter(
  (word) => word !== END,
);
/** All that calls of tools are made of, `Ġ` for a space and `Ċ` for a line's end; and a word to put between quotes. */
const SIGNS = [...Array.from({ length: 94 }, (_, at) => String.fromCharCode(33 + at)), 'Ġ', 'Ċ'];
const CITY = 'Paris';
const VOCABULARY = [
  ...[...SPECIALS, '<unk>', ...WORDS.map((word) => `Ġ${word}`)],
  ...[...SIGNS, CITY],
];
const idOf = (word: string): number =>
  VOCABULARY.indexOf(SPECIALS.includes(word) ? word : `Ġ${word}`);
const SIZE = VOCABULARY.length;

export const TOY_TEXT_MODEL: ToyModel = {
  id: 'toy-text',
  task: 'llm',
  backends: ['wasm', 'webgpu'],
  files: {
    'config.json': toJsonFile({
      ...{ model_type: 'llama', architectures: ['LlamaForCausalLM'], vocab_size: SIZE },
      ...{ hidden_size: 1, num_hidden_layers: 1, num_attention_heads: 1, num_key_value_heads: 1 },
      ...{ eos_token_id: idOf(END), bos_token_id: null, max_position_embeddings: 4_096 },
    }),
    'generation_config.json': toJsonFile({ eos_token_id: [idOf(END)] }),
    'tokenizer.json': toJsonFile({
      version: '1.0',
      added_tokens: SPECIALS.map((content, id) => ({ id, content, special: true })),
      normalizer: null,
      pre_tokenizer: {
        type: 'Sequence',
        pretokenizers: [
          {
            type: 'Split',
            pattern: { Regex: ' ?\\p{L}+|[^\\p{L}]' },
            behavior: 'Isolated',
            invert: false,
          },
          { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false },
        ],
      },
      post_processor: null,
      decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
      model: {
        ...{ type: 'BPE', unk_token: '<unk>', ignore_merges: true, merges: [] },
        vocab: Object.fromEntries(VOCABULARY.map((token, id) => [token, id])),
      },
    }),
    'tokenizer_config.json': toJsonFile({
      tokenizer_class: 'PreTrainedTokenizerFast',
      eos_token: END,
      unk_token: '<unk>',
      chat_template: `{% for message in messages %}<|{{ message.role }}|> {{ message.content }}${END}{% endfor %}{% if add_generation_prompt %}${ASSISTANT}{% endif %}`,
    }),
    'model.onnx': buildGraph(),
  },
};

/** The cache holds all tokens so far; `position_ids` and `attention_mask` have to fit it. */
function buildGraph(): Uint8Array<ArrayBuffer> {
  const cache = 'present.0.key';
  return buildModel({
    nodes: [
      { op: 'Cast', inputs: ['input_ids'], outputs: ['ids'], attributes: { to: 1 } },
      { op: 'Reshape', inputs: ['ids', 'cache_shape'], outputs: ['new'] },
      {
        op: 'Concat',
        inputs: ['past_key_values.0.key', 'new'],
        outputs: [cache],
        attributes: { axis: 2 },
      },
      { op: 'Reshape', inputs: [cache, 'flat_shape'], outputs: ['all'] },
      { op: 'Cast', inputs: ['all'], outputs: ['tokens'], attributes: { to: 7 } },
      // Fails unless the mask is as long as cache and new tokens together.
      { op: 'Cast', inputs: ['attention_mask'], outputs: ['mask'], attributes: { to: 1 } },
      { op: 'Reshape', inputs: ['mask', 'flat_shape'], outputs: ['flat_mask'] },
      { op: 'CumSum', inputs: ['flat_mask', 'zero'], outputs: ['places'] },
      { op: 'Gather', inputs: ['keywords', 'tokens'], outputs: ['found'], attributes: { axis: 1 } },
      { op: 'Mul', inputs: ['found', 'places'], outputs: ['found_at'] },
      {
        op: 'ReduceMax',
        inputs: ['found_at', 'one_axis'],
        outputs: ['latest'],
        attributes: { keepdims: 0 },
      },
      { op: 'Reshape', inputs: ['latest', 'row_shape'], outputs: ['row'] },
      { op: 'MatMul', inputs: ['row', 'openings'], outputs: ['opening'] },
      { op: 'Gather', inputs: ['tokens', 'last'], outputs: ['token'] },
      { op: 'Gather', inputs: ['is_opening', 'token'], outputs: ['weight'] },
      { op: 'Mul', inputs: ['opening', 'weight'], outputs: ['first'] },
      { op: 'Gather', inputs: ['followers', 'token'], outputs: ['next'] },
      { op: 'Add', inputs: ['first', 'next'], outputs: ['scores'] },
      { op: 'Reshape', inputs: ['scores', 'logits_shape'], outputs: ['logits'] },
    ],
    tensors: {
      cache_shape: integerTensor([4], [1, 1, -1, 1]),
      flat_shape: integerTensor([1], [-1]),
      row_shape: integerTensor([2], [1, KEYWORDS.length]),
      logits_shape: integerTensor([3], [1, 1, SIZE]),
      zero: integerTensor([], [0]),
      one_axis: integerTensor([1], [1]),
      last: integerTensor([], [-1]),
      keywords: floatTensor(
        [KEYWORDS.length, SIZE],
        KEYWORDS.flatMap((word) => oneOf(idOf(word), 1)),
      ),
      openings: floatTensor(
        [KEYWORDS.length, SIZE],
        [ANSWER, TALE].flatMap(([word]) => oneOf(idOf(word ?? ''), 1)),
      ),
      is_opening: floatTensor([SIZE], oneOf(idOf(ASSISTANT), 1)),
      followers: floatTensor(
        [SIZE, SIZE],
        VOCABULARY.flatMap((_, id) => oneOf(followerOf(id), 0.5)),
      ),
    },
    inputs: {
      input_ids: [1, -1],
      attention_mask: [1, -2],
      'past_key_values.0.key': [1, 1, -3, 1],
    },
    integers: ['input_ids', 'attention_mask'],
    outputs: ['logits', cache],
  });
}

/** The tale never ends: after its last word it goes on with the third. */
function followerOf(id: number): number {
  const token = VOCABULARY[id] ?? '';
  if (token === '"') return VOCABULARY.indexOf(CITY);
  if (token === CITY) return VOCABULARY.indexOf('"');
  const word = token.slice(1);
  const inAnswer = ANSWER.indexOf(word);
  if (inAnswer >= 0) return idOf(ANSWER[inAnswer + 1] ?? END);
  const inTale = TALE.indexOf(word);
  return inTale < 0 ? idOf(END) : idOf(TALE[inTale + 1] ?? 'a');
}

function oneOf(id: number, value: number): number[] {
  return VOCABULARY.map((_, other) => (other === id ? value : 0));
}
