// The phonemiser over a small lexicon: loading, languages, alphabets. Node.
import { expect, test } from 'vitest';
import type { ModelFiles } from '../../../../src/core/contracts/model-files.ts';
import { createEnglishPhonemiser } from '../../../../workers/engines/english-phonemes/english-phonemiser.ts';
import { writeLexicon } from '../../../../workers/engines/english-phonemes/write-lexicon.ts';

const { signal } = new AbortController();
const words = new Map(
  Object.entries({ cat: 'kˈæt', a: 'A', little: 'lˈɪTᵊl', judge: 'ʤˈʌʤ' }).map(
    ([word, usual]) => [word, { usual, byTag: {}, isChecked: true }] as const,
  ),
);
const lexicon = writeLexicon(words, Uint8Array.of(0, 0, 0));

function filesThat(read: (path: string) => ArrayBuffer): { files: ModelFiles; reads: string[] } {
  const reads: string[] = [];
  return {
    reads,
    files: {
      read: async (modelId, fileName) => {
        reads.push(`${modelId}/${fileName}`);
        return read(fileName);
      },
    },
  };
}

test('each variety has its file, read once and when first asked for', async () => {
  const { files, reads } = filesThat(() => lexicon);
  const phonemiser = createEnglishPhonemiser({ files });
  expect(reads).toEqual([]);
  const american = { language: 'en-us', alphabet: 'kokoro', signal } as const;
  await Promise.all([phonemiser.phonemise('a cat', american), phonemiser.phonemise('', american)]);
  await phonemiser.phonemise('cat', { ...american, language: 'EN' });
  expect(reads).toEqual(['english-phonemes/en-us.bin']);
  await phonemiser.phonemise('cat', { ...american, language: 'en-GB' });
  expect(reads.at(-1)).toBe('english-phonemes/en-gb.bin');
});

test('both alphabets', async () => {
  const phonemiser = createEnglishPhonemiser({ files: filesThat(() => lexicon).files });
  const say = (alphabet: 'ipa' | 'kokoro') =>
    phonemiser.phonemise('A little judge.', { language: 'en-US', alphabet, signal });
  expect(await say('kokoro')).toBe('ɐ lˈɪTᵊl ʤˈʌʤ');
  expect(await say('ipa')).toBe('ɐ lˈɪɾəl dʒˈʌdʒ');
});

test('a failed read is told, and tried again', async () => {
  let isDown = true;
  const { files } = filesThat(() => {
    if (isDown) throw new Error('no line');
    return lexicon;
  });
  const phonemiser = createEnglishPhonemiser({ files });
  const options = { language: 'en', alphabet: 'kokoro', signal } as const;
  await expect(phonemiser.phonemise('cat', options)).rejects.toThrow('no line');
  isDown = false;
  expect(await phonemiser.phonemise('cat', options)).toBe('kˈæt');
});

test('another file, another language and an abort are refused', async () => {
  const { files } = filesThat(() => new ArrayBuffer(20));
  const phonemiser = createEnglishPhonemiser({ files });
  const options = { language: 'en', alphabet: 'kokoro', signal } as const;
  await expect(phonemiser.phonemise('cat', options)).rejects.toMatchObject({
    code: 'model-invalid',
    details: { modelId: 'english-phonemes', reason: 'not a lexicon' },
  });
  await expect(phonemiser.phonemise('Katze', { ...options, language: 'de' })).rejects.toMatchObject(
    { code: 'unsupported', details: { feature: 'phonemes: de' } },
  );
  const reason = new DOMException('cut off', 'AbortError');
  await expect(
    phonemiser.phonemise('cat', { ...options, signal: AbortSignal.abort(reason) }),
  ).rejects.toBe(reason);
});
