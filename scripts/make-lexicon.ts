// `tsx scripts/make-lexicon.ts VARIETY GOLD SILVER OUTPUT`: a lexicon file of misaki's two dictionaries. Node.
import { readFile, writeFile } from 'node:fs/promises';
import type { Variety } from '../workers/engines/english-phonemes/alphabet.ts';
import { commonNames } from '../workers/engines/english-phonemes/common-names.ts';
import {
  readDictionaries,
  withoutDerived,
} from '../workers/engines/english-phonemes/pack-lexicon.ts';
import type { Dictionary } from '../workers/engines/english-phonemes/pack-lexicon.ts';
import { trainLetters } from '../workers/engines/english-phonemes/train-letters.ts';
import { writeLexicon } from '../workers/engines/english-phonemes/write-lexicon.ts';

async function main([variety, gold, silver, output]: readonly string[]): Promise<void> {
  if (gold === undefined || silver === undefined || output === undefined) {
    throw new TypeError('arguments: VARIETY GOLD SILVER OUTPUT');
  }
  const words = readDictionaries(await readDictionary(gold), await readDictionary(silver));
  for (const [name, usual] of commonNames(variety as Variety)) {
    if (!words.has(name)) words.set(name, { usual, byTag: {}, isChecked: true });
  }
  const kept = withoutDerived(words, variety as Variety);
  await writeFile(output, new Uint8Array(writeLexicon(kept, trainLetters(words))));
}

async function readDictionary(file: string): Promise<Dictionary> {
  return JSON.parse(await readFile(file, 'utf8')) as Dictionary;
}

await main(process.argv.slice(2));
