// Pronunciation of other languages by the real eSpeak NG, with the data of one language each. Node.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import start from '@echogarden/espeak-ng-emscripten';
import { expect, test } from 'vitest';
import type { ModelFiles } from '../../../src/core/contracts/model-files.ts';
import { parseCatalog } from '../../../src/models/parse-catalog.ts';
import { makeEspeakLanguage } from '../../support/espeak-data.ts';
import {
  createEspeakLanguages,
  ESPEAK_MODEL_ID,
} from '../../../workers/engines/espeak-languages.ts';
import type { StartEspeak } from '../../../workers/engines/espeak-languages.ts';
import { unpackEspeak } from '../../../workers/engines/espeak-pack.ts';

const { signal } = new AbortController();
const LANGUAGES = ['de', 'fr', 'es', 'nb'];

function create(read: ModelFiles['read'] = async (_, name) => dataOf(name)) {
  const asked: string[] = [];
  const files: ModelFiles = {
    read: (modelId, name, options) => {
      asked.push(`${modelId}/${name}`);
      return read(modelId, name, options);
    },
  };
  const load = async (): Promise<StartEspeak> => start as StartEspeak;
  return { phonemiser: createEspeakLanguages({ files, languages: LANGUAGES, load }), asked };
}

const dataOf = (name: string): ArrayBuffer => makeEspeakLanguage(name.slice(0, -4)).buffer;

/** As `espeak-ng --ipa` 1.51 writes them. */
test.each([
  ['de', 'Guten Morgen, wie geht es dir heute?', 'ɡˈuːtən mˈɔɾɡən viː ɡˈeːt ɛs diːɾ hˈɔøtə'],
  ['fr-fr', 'Comment allez-vous ce matin ?', 'kɔmˌɑ̃ alˈevu sə- matˈɛ̃'],
  ['es', '¿Cómo está usted esta mañana?', 'kˈomo estˈa ustˈeð ˈesta maɲˈana'],
])('%s: %s', async (language, text, phonemes) => {
  const { phonemiser, asked } = create();
  expect(phonemiser.knows(language)).toBe(true);
  const ipa = await phonemiser.phonemise(text, { language, alphabet: 'ipa', signal });
  expect(ipa).toBe(phonemes);
  expect(asked).toEqual([`${ESPEAK_MODEL_ID}/${language.slice(0, 2)}.bin`]);
});

test('a word of another language is said without a mark of it', async () => {
  const { phonemiser } = create();
  const say = (text: string) =>
    phonemiser.phonemise(text, { language: 'de', alphabet: 'ipa', signal });
  expect(await say('Das ist ein Computer mit Browser.')).not.toMatch(/[()_|]|de|en\b/u);
  expect(await say('')).toBe('');
});

test('Norwegian is called otherwise by its dictionary', async () => {
  const { phonemiser, asked } = create();
  const options = { language: 'nb', alphabet: 'ipa', signal } as const;
  expect(await phonemiser.phonemise('takk', options)).toBe('tˈɑkː');
  expect(asked).toEqual([`${ESPEAK_MODEL_ID}/no.bin`]);
});

test('a language is read once, when it is first asked for, and again after a failure', async () => {
  const faults = [new TypeError('Failed to fetch')];
  const { phonemiser, asked } = create(async (_, name) => {
    const fault = faults.pop();
    if (fault !== undefined) throw fault;
    return dataOf(name);
  });
  expect(asked).toEqual([]);
  const say = () => phonemiser.phonemise('Ja', { language: 'de', alphabet: 'ipa', signal });
  await expect(say()).rejects.toThrow('Failed to fetch');
  expect(await Promise.all([say(), say()])).toEqual(['jˈɑː', 'jˈɑː']);
  expect(asked).toHaveLength(2);
});

test('a variety is said as the language, and a language that is not served is refused', async () => {
  const { phonemiser } = create();
  const say = (language: string) =>
    phonemiser.phonemise('zwei', { language, alphabet: 'ipa', signal });
  expect(await say('de-AT')).toBe('tsvˈaɪ');
  await expect(say('it')).rejects.toMatchObject({
    code: 'unsupported',
    details: { feature: 'phonemes: it' },
  });
});

test('a file that is no such data is refused by name', async () => {
  const { phonemiser } = create(async () => new TextEncoder().encode('<!doctype html>').buffer);
  const said = phonemiser.phonemise('Ja', { language: 'de', alphabet: 'ipa', signal });
  await expect(said).rejects.toMatchObject({
    code: 'model-invalid',
    details: { modelId: ESPEAK_MODEL_ID },
  });
});

test('what is not of the language is zeros, and what is made is what the catalogue says', async () => {
  const file = makeEspeakLanguage('de');
  const whole = new Uint8Array(unpackEspeak(file.buffer));
  expect(whole.length).toBe(24_014_553);
  expect(whole.subarray(0, 121_473).every((byte) => byte === 0)).toBe(true);
  const catalogFile = path.join(import.meta.dirname, '../../../public/models/catalog.json');
  const { models } = parseCatalog(JSON.parse(await readFile(catalogFile, 'utf8')));
  const entry = models.find(({ id }) => id === ESPEAK_MODEL_ID)?.files[0];
  expect(entry).toMatchObject({
    ...{ name: 'de.bin', bytes: file.length },
    sha256: createHash('sha256').update(file).digest('hex'),
  });
  expect(() => makeEspeakLanguage('xx')).toThrow('no xx_dict');
});
