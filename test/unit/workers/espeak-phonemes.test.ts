import { expect, test } from 'vitest';
import { createEspeakPhonemiser } from '../../../workers/engines/espeak-phonemes.ts';
import type { EspeakModule } from '../../../workers/engines/espeak-phonemes.ts';

const { signal } = new AbortController();
const echo: EspeakModule = { phonemize: async (text, voice) => [`${text} `, ` ${voice}`] };

test('clauses are joined by one space, and the voice is given by its identifier', async () => {
  const phonemiser = createEspeakPhonemiser(async () => echo);
  expect(await phonemiser.phonemise('ab', { language: 'en-US', alphabet: 'ipa', signal })).toBe(
    'ab gmw/en-US',
  );
  expect(await phonemiser.phonemise('ab', { language: 'EN-gb', alphabet: 'ipa', signal })).toBe(
    'ab gmw/en',
  );
});

test('the file is loaded once, at the first call', async () => {
  let loads = 0;
  const phonemiser = createEspeakPhonemiser(async () => {
    loads += 1;
    return echo;
  });
  expect(loads).toBe(0);
  const options = { language: 'en', alphabet: 'ipa', signal } as const;
  await Promise.all([phonemiser.phonemise('a', options), phonemiser.phonemise('b', options)]);
  expect(loads).toBe(1);
});

test('a failed load is typed, and tried again on the next call', async () => {
  let loads = 0;
  const phonemiser = createEspeakPhonemiser(async () => {
    loads += 1;
    if (loads === 1) throw new TypeError('Failed to fetch');
    return echo;
  });
  const options = { language: 'en', alphabet: 'ipa', signal } as const;
  await expect(phonemiser.phonemise('a', options)).rejects.toMatchObject({
    code: 'worker-load-failed',
    retryable: true,
    details: { worker: 'phonemizer' },
  });
  expect(await phonemiser.phonemise('a', options)).toBe('a gmw/en-US');
});

test('a language it does not know is unsupported', async () => {
  const phonemiser = createEspeakPhonemiser(async () => echo);
  await expect(
    phonemiser.phonemise('hallo', { language: 'de', alphabet: 'ipa', signal }),
  ).rejects.toMatchObject({
    code: 'unsupported',
    details: { feature: 'phonemes: de' },
  });
});

test('an abort while the file loads rejects with its reason', async () => {
  const controller = new AbortController();
  const phonemiser = createEspeakPhonemiser(() => new Promise(() => undefined));
  const waiting = phonemiser.phonemise('a', {
    language: 'en',
    alphabet: 'ipa',
    signal: controller.signal,
  });
  const reason = new DOMException('cut off', 'AbortError');
  controller.abort(reason);
  await expect(waiting).rejects.toBe(reason);
});
