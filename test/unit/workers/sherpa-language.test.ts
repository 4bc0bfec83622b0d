// What a recogniser of sherpa-onnx tells of the language: Whisper and SenseVoice do. Node.
import { expect, test } from 'vitest';
import { readLanguage } from '../../../workers/engines/sherpa-offline-stt.ts';

test.each([
  [{ text: 'Guten Tag', lang: '<|de|>' }, 'de'],
  [{ text: '你好', lang: '<|yue|>' }, 'yue'],
  [{ text: 'Guten Tag', lang: 'de' }, 'de'],
  [{ text: '', lang: '<|en|>' }, undefined],
  [{ text: 'hello', lang: '' }, undefined],
  [{ text: 'hello', lang: '<|nospeech|>' }, undefined],
  [{ text: 'hello' }, undefined],
])('%j is %s', (result, language) => {
  expect(readLanguage(result)).toBe(language);
});
