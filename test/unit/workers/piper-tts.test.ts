// What a Piper voice refuses by its settings, before its weights are fetched. Node.
import { expect, test } from 'vitest';
import { createEspeakPhonemiser } from '../../../workers/engines/espeak-phonemes.ts';
import { createPiperTts } from '../../../workers/engines/piper-tts.ts';
import { TOY_PIPER, TOY_PIPER_GERMAN, TOY_PIPER_LETTERS } from '../../support/toy-piper.ts';

const { signal } = new AbortController();
const phonemise = createEspeakPhonemiser(() => Promise.reject(new Error('not here')));

async function load(toy: typeof TOY_PIPER, languages: readonly string[]) {
  const read: string[] = [];
  const files = {
    read: (_modelId: string, name: string) => {
      read.push(name);
      if (name === 'toy.onnx') return Promise.reject(new Error('the weights are asked for'));
      return Promise.resolve(toy.files[name]!.slice().buffer);
    },
  };
  const voice = { modelId: toy.id, fileName: 'toy.onnx', languages };
  const options = { files, phonemise, signal, threads: 1, ...voice };
  const error: unknown = await createPiperTts(options).catch((reason: unknown) => reason);
  return { read, error };
}

test('a language without phonemes', async () => {
  const { read, error } = await load(TOY_PIPER_GERMAN, ['de-DE']);
  expect(error).toMatchObject({ code: 'unsupported', details: { feature: 'phonemes: de' } });
  expect(read).toEqual(['toy.onnx.json']);
});

test('settings of another language than the entry says', async () => {
  const { read, error } = await load(TOY_PIPER, ['de-DE']);
  expect(error).toMatchObject({
    code: 'model-invalid',
    details: { reason: 'its settings are of "en-us", its entry says de-DE' },
  });
  expect(read).toEqual(['toy.onnx.json']);
});

test.each([
  ['of English', TOY_PIPER, ['en-GB']],
  ['of any language', TOY_PIPER, ['*']],
  ['that reads letters, whatever the language', TOY_PIPER_LETTERS, ['de']],
] as const)('one %s is loaded', async (_, toy, languages) => {
  const { read, error } = await load(toy, languages);
  expect(error).toMatchObject({ message: 'the weights are asked for' });
  expect(read).toEqual(['toy.onnx.json', 'toy.onnx']);
});
