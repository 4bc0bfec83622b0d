// Piper voices of tones: two speakers, each symbol at a loudness of its own and of known length. In Node or in a browser.
import { buildModel, floatTensor, integerTensor } from './onnx-builder.ts';
import { toJsonFile } from './toy-models.ts';
import type { ToyModel } from './toy-models.ts';

export const TOY_PIPER_RATE_HZ = 16_000;
/** Of the loudness, one step: the first speaker says a symbol at as many as its number, the second at one more. */
export const TOY_PIPER_STEP = 0.05;
const FRAME_SAMPLES = 256;
/** Samples of each symbol, the pad behind it included: 2 frames and 1. */
export const TOY_PIPER_SYMBOL_SAMPLES: number = 3 * FRAME_SAMPLES;
const SYMBOLS = ['_', '^', '$', ' ', '.', 'h', 'a', 'ɪ', 'l', 'o', 'ʊ'];
export const toyPiperIdOf = (symbol: string): number => SYMBOLS.indexOf(symbol);

export const TOY_PIPER: ToyModel = toPiper('toy-piper', { espeak: { voice: 'en-us' } });
/** Of a language whose phonemes are eSpeak's. */
export const TOY_PIPER_GERMAN: ToyModel = toPiper('toy-piper-german', { espeak: { voice: 'de' } });
/** Of a language that no phonemes are there for. */
export const TOY_PIPER_GEORGIAN: ToyModel = toPiper('toy-piper-georgian', {
  espeak: { voice: 'ka' },
});
/** Of German, but it reads letters. */
export const TOY_PIPER_LETTERS: ToyModel = toPiper('toy-piper-letters', {
  ...{ espeak: { voice: 'de' }, phoneme_type: 'PhonemeType.TEXT' },
});

/** Its diphthongs are symbols of two letters, beside those of one; each has the number that is its place here. */
const PAIRED_SYMBOLS = ['_', '^', '$', ' ', '.', 'h', 'a', 'ɪ', 'l', 'aɪ', 'oʊ'];
export const toyPairIdOf = (symbol: string): number => PAIRED_SYMBOLS.indexOf(symbol);
export const TOY_PIPER_PAIRS: ToyModel = toPiper('toy-piper-pairs', {
  ...{ espeak: { voice: 'en-us' }, phoneme_id_map: toIdMap(PAIRED_SYMBOLS) },
});

function toIdMap(symbols: readonly string[]): Readonly<Record<string, readonly number[]>> {
  return Object.fromEntries(symbols.map((symbol, number) => [symbol, [number]]));
}

function toPiper(id: string, settings: object): ToyModel {
  const config = {
    audio: { sample_rate: TOY_PIPER_RATE_HZ },
    inference: { noise_scale: 0.667, length_scale: 1, noise_w: 0.8 },
    phoneme_id_map: toIdMap(SYMBOLS),
    num_speakers: 2,
    // Names that are numbers come in another order than they are written in.
    speaker_id_map: { 7: 1, 12: 0 },
    ...settings,
  };
  const files = { 'toy.onnx': buildVoice(), 'toy.onnx.json': toJsonFile(config) };
  return { id, task: 'tts', backends: ['wasm'], files };
}

/** As Piper's graphs, it rounds the frames of each id up, and repeats what an id sounds like as often. */
function buildVoice(): Uint8Array<ArrayBuffer> {
  const wave = Array.from({ length: FRAME_SAMPLES }, (_, at) => (at % 2 === 0 ? 1 : -1));
  return buildModel({
    nodes: [
      { op: 'Gather', inputs: ['frames', 'input'], outputs: ['usual'] },
      { op: 'Gather', inputs: ['scales', 'length_at'], outputs: ['length'] },
      { op: 'Mul', inputs: ['usual', 'length'], outputs: ['exact'] },
      { op: 'Ceil', inputs: ['exact'], outputs: ['durations'] },
      { op: 'Reshape', inputs: ['durations', 'flat'], outputs: ['counts'] },
      { op: 'CumSum', inputs: ['counts', 'zero'], outputs: ['ends'] },
      { op: 'ReduceSum', inputs: ['counts'], outputs: ['total'], attributes: { keepdims: 0 } },
      { op: 'Range', inputs: ['nought', 'total', 'one'], outputs: ['times'] },
      { op: 'Unsqueeze', inputs: ['times', 'last'], outputs: ['time_column'] },
      { op: 'GreaterOrEqual', inputs: ['time_column', 'ends'], outputs: ['is_over'] },
      { op: 'Cast', inputs: ['is_over'], outputs: ['over'], attributes: { to: 7 } },
      {
        op: 'ReduceSum',
        inputs: ['over', 'last'],
        outputs: ['which'],
        attributes: { keepdims: 0 },
      },
      { op: 'Reshape', inputs: ['input', 'flat'], outputs: ['ids'] },
      { op: 'Gather', inputs: ['ids', 'which'], outputs: ['said'] },
      { op: 'Add', inputs: ['said', 'sid'], outputs: ['louder'] },
      { op: 'Cast', inputs: ['louder'], outputs: ['steps'], attributes: { to: 1 } },
      { op: 'Mul', inputs: ['steps', 'step'], outputs: ['levels'] },
      { op: 'Unsqueeze', inputs: ['levels', 'last'], outputs: ['column'] },
      { op: 'Mul', inputs: ['column', 'wave'], outputs: ['sounds'] },
      { op: 'Reshape', inputs: ['sounds', 'whole'], outputs: ['output'] },
    ],
    tensors: {
      frames: floatTensor([SYMBOLS.length], [1, ...SYMBOLS.slice(1).map(() => 1.5)]),
      length_at: integerTensor([1], [1]),
      zero: integerTensor([], [0]),
      nought: floatTensor([], [0]),
      one: floatTensor([], [1]),
      last: integerTensor([1], [1]),
      flat: integerTensor([1], [-1]),
      step: floatTensor([], [TOY_PIPER_STEP]),
      wave: floatTensor([1, FRAME_SAMPLES], wave),
      whole: integerTensor([4], [1, 1, 1, -1]),
    },
    inputs: { input: [1, -1], input_lengths: [1], scales: [3], sid: [1] },
    integers: ['input', 'input_lengths', 'sid'],
    outputs: ['output'],
  });
}
