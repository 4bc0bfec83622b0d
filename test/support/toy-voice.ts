// A voice of tones: each sound of a word lasts a twentieth of a second, at a loudness of its own. In Node or in a browser.
import { buildModel, floatTensor, integerTensor } from './onnx-builder.ts';
import type { ToyModel } from './toy-models.ts';

export const TOY_VOICE_RATE_HZ = 16_000;
/** Samples of one sound at speed 1. */
export const TOY_SOUND_SAMPLES = 800;
/** Of the loudness, one step. */
export const TOY_STEP = 0.1;
const TOKENS = [' ', 'l', 'o', 'h', 'i', '.'];

/** "low" is the sounds 1 and 2, "high" 3 and 4; a word ends with sound 0. */
export const TOY_VOICE: ToyModel = {
  id: 'toy-voice',
  task: 'tts',
  backends: ['wasm'],
  files: {
    'tokens.txt': new TextEncoder().encode(TOKENS.map((token, id) => `${token} ${id}\n`).join('')),
    'lexicon.txt': new TextEncoder().encode('low l o\nhigh h i\n'),
    'toy.onnx': buildVoice(),
  },
};

/** A sound's loudness is its number and one, in steps; every other sample is negative. Speed is left out. */
function buildVoice(): Uint8Array<ArrayBuffer> {
  const wave = Array.from({ length: TOY_SOUND_SAMPLES }, (_, at) => (at % 2 === 0 ? 1 : -1));
  return buildModel({
    nodes: [
      { op: 'Cast', inputs: ['x'], outputs: ['ids'], attributes: { to: 1 } },
      { op: 'Add', inputs: ['ids', 'one'], outputs: ['steps'] },
      { op: 'Mul', inputs: ['steps', 'step'], outputs: ['levels'] },
      { op: 'Unsqueeze', inputs: ['levels', 'last'], outputs: ['column'] },
      { op: 'Mul', inputs: ['column', 'wave'], outputs: ['sounds'] },
      { op: 'Reshape', inputs: ['sounds', 'flat'], outputs: ['y'] },
    ],
    tensors: {
      one: floatTensor([], [1]),
      step: floatTensor([], [TOY_STEP]),
      last: integerTensor([1], [2]),
      wave: floatTensor([1, 1, TOY_SOUND_SAMPLES], wave),
      flat: integerTensor([3], [1, 1, -1]),
    },
    inputs: { x: [1, -1], x_length: [1], noise_scale: [1], length_scale: [1], noise_scale_w: [1] },
    integers: ['x', 'x_length'],
    outputs: ['y'],
    metadata: {
      ...{ comment: 'toy', language: 'English', sample_rate: `${TOY_VOICE_RATE_HZ}` },
      ...{ n_speakers: '2', add_blank: '0', punctuation: '.' },
    },
  });
}
