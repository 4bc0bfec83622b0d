import { expect, test } from 'vitest';
import type { Phonemiser } from '../../../src/core/contracts/phonemiser.ts';
import { VoiceAgentError } from '../../../src/core/errors.ts';
import type { LogLevel } from '../../../src/core/logger.ts';
import { firstThatCan } from '../../../workers/engines/phonemiser-choice.ts';

const { signal } = new AbortController();
const options = { language: 'en-US', alphabet: 'kokoro', signal } as const;
const espeak: Phonemiser = {
  knows: (language) => language === 'en-gb-scotland',
  phonemise: async (text) => `espeak ${text}`,
};

function choose(fail: (language: string) => Error | null) {
  const asked: string[] = [];
  const logged: LogLevel[] = [];
  const english: Phonemiser = {
    knows: (language) => language === 'en-us',
    async phonemise(text, { language }) {
      asked.push(language);
      const error = fail(language);
      if (error !== null) throw error;
      return `english ${text}`;
    },
  };
  const logger = { log: (level: LogLevel) => void logged.push(level) };
  return { chosen: firstThatCan({ english, espeak, logger }), asked, logged };
}

const notServed = (): Error =>
  new VoiceAgentError('model-download-failed', 'HTTP 404', {
    details: { modelId: 'english-phonemes', url: '/models', status: 404 },
  });

test('it knows what either knows', () => {
  const { chosen } = choose(() => null);
  expect(['en-us', 'en-gb-scotland', 'de'].map((language) => chosen.knows(language))).toEqual([
    ...[true, true, false],
  ]);
});

test('our own where it can', async () => {
  const { chosen, logged } = choose(() => null);
  expect(await chosen.phonemise('a', options)).toBe('english a');
  expect(logged).toEqual([]);
});

test('eSpeak where the lexicon is not served: told once, and not asked again', async () => {
  const { chosen, asked, logged } = choose(notServed);
  expect(await chosen.phonemise('a', options)).toBe('espeak a');
  expect(await chosen.phonemise('b', options)).toBe('espeak b');
  expect(asked).toEqual(['en-US']);
  expect(logged).toEqual(['warn']);
});

test('a language it does not know leaves the others alone', async () => {
  const { chosen } = choose((language) =>
    language === 'de'
      ? new VoiceAgentError('unsupported', 'no', { details: { feature: 'phonemes: de' } })
      : null,
  );
  expect(await chosen.phonemise('a', { ...options, language: 'de' })).toBe('espeak a');
  expect(await chosen.phonemise('a', options)).toBe('english a');
});

test('a damaged file and an abort are not hidden', async () => {
  const damaged = new VoiceAgentError('model-integrity', 'damaged', {
    details: { modelId: 'english-phonemes', url: '/', expected: 'a', actual: 'b' },
  });
  await expect(choose(() => damaged).chosen.phonemise('a', options)).rejects.toBe(damaged);
  const reason = new DOMException('cut off', 'AbortError');
  await expect(choose(() => reason).chosen.phonemise('a', options)).rejects.toBe(reason);
});
