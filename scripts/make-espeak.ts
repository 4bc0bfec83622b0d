// `tsx scripts/make-espeak.ts LANGUAGE SCRIPT DATA OUTPUT`: what eSpeak NG needs to speak one language. Node.
import { readFile, writeFile } from 'node:fs/promises';
import { packEspeak } from '../workers/engines/espeak-pack.ts';

async function main([language, script, data, output]: readonly string[]): Promise<void> {
  if (language === undefined || script === undefined || data === undefined || !output) {
    throw new TypeError('arguments: LANGUAGE SCRIPT DATA OUTPUT');
  }
  const parts = { script: await readFile(script, 'utf8'), data: await readFile(data) };
  await writeFile(output, packEspeak(language, parts));
}

await main(process.argv.slice(2));
