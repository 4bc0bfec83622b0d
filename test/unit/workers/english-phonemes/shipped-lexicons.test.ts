// The English phonemiser on the lexicons that ship: what words, names and sentences are said like. Node.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { MODELS_DIR } from '../../../../scripts/lib/paths.mjs';
import type { ModelFiles } from '../../../../src/core/contracts/model-files.ts';
import { createEnglishPhonemiser } from '../../../../workers/engines/english-phonemes/english-phonemiser.ts';
import { SENTENCES } from '../../../../bench/phonemes/sentences.ts';

const files: ModelFiles = {
  read: async (modelId, fileName) =>
    new Uint8Array(await readFile(path.join(MODELS_DIR, modelId, fileName))).buffer,
};
const phonemiser = createEnglishPhonemiser({ files });
const { signal } = new AbortController();

function say(text: string, options: { language?: string; alphabet?: 'kokoro' | 'ipa' } = {}) {
  return phonemiser.phonemise(text, { language: 'en-US', alphabet: 'kokoro', signal, ...options });
}

describe('words', () => {
  test.each([
    ['listed', 'hello', 'həlˈO'],
    ['a name', 'Michael', 'mˈIkᵊl'],
    ['a name that the dictionaries lack', 'Los Angeles', 'lˈɔs ˈænʤələs'],
    ['with an ending', 'googled toasters', 'ɡˈuɡᵊld tˈOstəɹz'],
    ['a possessive', "Obama's boxes", 'Obˈɑməz bˈɑksᵻz'],
    ['a flap', 'waiting', 'wˈATɪŋ'],
    ['a compound', 'houseboats', 'hˈWsbˌOts'],
    ['letters', 'IBM and UPS', 'ˌIbˌiˈɛm ænd jˌupˌiˈɛs'],
    ['words in capitals', 'IT IS CATS', 'ˈɪt ˈɪz kˈæts'],
    ['the same as a name', 'my IT job', 'mI ˌItˈi ʤˈɑb'],
    ['a name with an O', "O'Brien", 'ˌObɹˈiən'],
    ['letters with an ending', 'DVDs', 'dˌivˌidˈiz'],
    ['a word in capitals', 'NASA', 'nˈæsə'],
    ['accents', 'a café', 'ɐ kæfˈA'],
  ])('%s: %s', async (_, text, said) => {
    expect(await say(text)).toBe(said);
  });

  test('an unknown name is stressed on a full vowel', async () => {
    expect(await say('Zentara')).not.toMatch(/ˈ[əᵊᵻ]/u);
  });

  test('unknown ones have one primary stress and every sound', async () => {
    for (const name of ['Zentara', 'Brevilox', 'Farnoth', 'Quillbase', 'Vasquezian']) {
      const said = await say(name);
      expect(said.split('ˈ'), `${name}: ${said}`).toHaveLength(2);
      expect(said.length, `${name}: ${said}`).toBeGreaterThanOrEqual(name.length - 2);
    }
  });
});

describe('neighbours', () => {
  test.each([
    ['the water and the apple', 'ðə wˈɔTəɹ ænd ði ˈæpᵊl'],
    ['He used to use it', 'hˌi jˈust tə jˈuz ɪt'],
    ['We have a use', 'wˌi hæv ɐ jˈus'],
    ['the close friend', 'ðə klˈOs fɹˈɛnd'],
    ['to close the door', 'tə klˈOz ðə dˈɔɹ'],
  ])('%s', async (text, said) => {
    expect(await say(text)).toBe(said);
  });

  /** The word in question, and how it differs. */
  test.each([
    ['Please record it, for the record', 'ɹəkˈɔɹd', 'ɹˈɛkəɹd'],
    ['They live at the live show', 'lˈɪv', 'lˈIv'],
    ['I will present the present', 'pɹizˈɛnt', 'pɹˈɛzᵊnt'],
    ['I read it today and he read it', 'ɹˈid', 'ɹˈɛd'],
    ['the minute difference of a minute', 'mInˈut', 'mˈɪnət'],
  ])('%s', async (text, first, second) => {
    const said = (await say(text)).split(' ');
    expect(said.filter((word) => word === first || word === second)).toEqual([first, second]);
  });
});

test('British English has its own', async () => {
  expect(await say('I cannot park the car', { language: 'en-GB' })).toContain('pˈɑːk ðə kˈɑː');
});

test('the IPA of eSpeak, for voices trained on it', async () => {
  const said = await say('The happy judge likes water now', { alphabet: 'ipa' });
  expect(said).toBe('ðə hˈæpi dʒˈʌdʒ lˈaɪks wˈɔːɾɚ nˈaʊ');
});

test('every symbol of every sentence is one that the voices have', async () => {
  const kokoro = await vocabulary('kokoro-82m/vocab.json', 'vocab');
  const piper = await vocabulary('piper-en-us-joe/en_US-joe-medium.onnx.json', 'phoneme_id_map');
  for (const text of Object.values(SENTENCES).flat()) {
    for (const language of ['en-US', 'en-GB']) {
      expect(Array.from(await say(text, { language })).filter((each) => !kokoro.has(each))).toEqual(
        [],
      );
    }
    const ipa = (await say(text, { alphabet: 'ipa' })).normalize('NFD');
    expect(
      Array.from(ipa).filter((each) => !piper.has(each)),
      ipa,
    ).toEqual([]);
  }
});

async function vocabulary(file: string, key: string): Promise<Set<string>> {
  const text = await readFile(path.join(MODELS_DIR, file), 'utf8');
  return new Set(Object.keys((JSON.parse(text) as Record<string, object>)[key] ?? {}));
}
