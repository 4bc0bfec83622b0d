// A lexicon made of dictionaries by the script that the model fetcher runs. Node.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeFile } from '../../../scripts/lib/make-file.mjs';
import { Lexicon } from '../../../workers/engines/english-phonemes/lexicon.ts';

const SOURCE = {
  kind: 'made',
  maker: 'english-lexicon',
  argument: 'en-US',
  parts: [],
} as const;

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'parley-made-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function make(gold: unknown, silver: unknown): Promise<Lexicon> {
  const inputs = ['gold', 'silver'].map((name) => path.join(folder, `${name}.json`));
  await writeFile(inputs[0]!, JSON.stringify(gold));
  await writeFile(inputs[1]!, JSON.stringify(silver));
  const output = path.join(folder, 'made.bin');
  await makeFile(SOURCE, { inputs, output });
  const { buffer } = new Uint8Array(await readFile(output));
  return new Lexicon(buffer);
}

test('checked words come first, derived ones are left out, sounds are those of Kokoro', async () => {
  const gold = {
    wait: 'wˈAt',
    cat: 'kˈæt',
    water: 'wˈɔɾəɹ',
    use: { DEFAULT: 'jˈuz', NOUN: 'jˈus' },
    AM: { DEFAULT: 'æm', NOUN: null },
    can: { DEFAULT: 'kæn', None: 'kˈæn' },
  };
  const silver = { cat: 'wrong', cats: 'kˈæts', waiting: 'wˈAɾɪŋ', waited: 'wˈAtᵻd', dog: 'dˈɔɡ' };
  const lexicon = await make(gold, silver);
  expect(lexicon.find('cat')).toEqual({ usual: 'kˈæt', byTag: {}, isChecked: true });
  expect(lexicon.find('dog')).toEqual({ usual: 'dˈɔɡ', byTag: {}, isChecked: false });
  expect(lexicon.find('water')?.usual).toBe('wˈɔTəɹ');
  expect(lexicon.find('use')?.byTag).toEqual({ NOUN: 'jˈus' });
  expect(lexicon.find('AM')?.byTag).toEqual({ NOUN: '' });
  expect(lexicon.find('can')?.byTag).toEqual({ END: 'kˈæn' });
  expect(lexicon.find('cats')).toBeNull();
  expect(lexicon.find('waiting')).toBeNull();
  // Not what the ending gives, so it stays.
  expect(lexicon.find('waited')?.usual).toBe('wˈAtᵻd');
});

test('what cannot be read is told with the reason', async () => {
  await expect(make({ cat: { DEFAULT: 'kˈæt', GERUND: 'kˈæt' } }, {})).rejects.toThrow('GERUND');
});
