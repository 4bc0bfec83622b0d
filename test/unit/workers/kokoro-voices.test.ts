import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { ModelFiles } from '../../../src/core/contracts/model-files.ts';
import { parseCatalog } from '../../../src/models/parse-catalog.ts';
import {
  KOKORO_VOICES,
  KokoroStyles,
  kokoroVoiceFor,
  kokoroVoicesOf,
} from '../../../workers/engines/kokoro-voices.ts';

const options = { signal: new AbortController().signal };

/** Files of 510 rows whose every value is the row's number; the names read are kept. */
function rowFiles(reads: string[]): ModelFiles {
  return {
    async read(modelId, fileName) {
      reads.push(`${modelId}/${fileName}`);
      return Float32Array.from({ length: 510 * 256 }, (_, i) => Math.floor(i / 256)).buffer;
    },
  };
}

test('the row is the token count less one, clamped to the file', async () => {
  const styles = new KokoroStyles(rowFiles([]));
  const rowOf = async (count: number): Promise<number> =>
    (await styles.read('af_heart', count, options))[0]!;
  expect(await Promise.all([0, 1, 2, 510, 900].map(rowOf))).toEqual([0, 0, 1, 509, 509]);
  expect((await styles.read('af_heart', 7, options)).length).toBe(256);
});

test('a voice is read once; the one used longest ago gives way to a fifth', async () => {
  const reads: string[] = [];
  const styles = new KokoroStyles(rowFiles(reads));
  for (const voice of ['a', 'b', 'c', 'd', 'a', 'e', 'a', 'b'])
    await styles.read(voice, 1, options);
  expect(reads.map((read) => read.replace('kokoro-voices-en/', ''))).toEqual(
    ['a', 'b', 'c', 'd', 'e', 'b'].map((voice) => `${voice}.bin`),
  );
});

test('a file of the wrong size is invalid', async () => {
  const styles = new KokoroStyles({ read: async () => new ArrayBuffer(1000) });
  await expect(styles.read('af_heart', 1, options)).rejects.toMatchObject({
    code: 'model-invalid',
    details: { modelId: 'kokoro-voices-en' },
  });
});

test('28 English voices, named and with their language', () => {
  expect(KOKORO_VOICES.length).toBe(28);
  expect(KOKORO_VOICES.find(({ id }) => id === 'bm_george')).toEqual({
    id: 'bm_george',
    name: 'George',
    language: 'en-GB',
  });
});

test('a site’s own English voices are among them, those of other languages are not', async () => {
  const file = path.join(import.meta.dirname, '../../../public/models/catalog.json');
  const catalog = parseCatalog(JSON.parse(await readFile(file, 'utf8')));
  expect(kokoroVoicesOf(catalog)).toEqual(KOKORO_VOICES);
  const serve = (...names: string[]) => ({
    ...catalog,
    models: catalog.models.map((model) => ({
      ...model,
      files: names.map((name) => ({ ...model.files[0]!, name })),
    })),
  });
  const own = kokoroVoicesOf(serve('am_mix.bin', 'bm_ours.bin', 'ef_dora.bin', 'notes.txt'));
  expect(own.map(({ id, language }) => [id, language])).toEqual([
    ['am_mix', 'en-US'],
    ['bm_ours', 'en-GB'],
  ]);
  expect(['en', 'en-GB'].map((language) => kokoroVoiceFor(language, own))).toEqual([
    ...['am_mix', 'bm_ours'],
  ]);
  expect(kokoroVoiceFor('en-GB', own.slice(0, 1))).toBe('am_mix');
  expect(['en', 'en-AU'].map((language) => kokoroVoiceFor(language))).toEqual([
    ...['af_heart', 'bf_emma'],
  ]);
});
