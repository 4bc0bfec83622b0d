// Languages of eSpeak NG as the model fetcher makes them, of the package that is installed. Node.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { packEspeak } from '../../workers/engines/espeak-pack.ts';

const script = createRequire(import.meta.url).resolve('@echogarden/espeak-ng-emscripten');

/** @param language as its dictionary is called */
export function makeEspeakLanguage(language: string): Uint8Array<ArrayBuffer> {
  return packEspeak(language, {
    script: readFileSync(script, 'utf8'),
    data: readFileSync(path.join(path.dirname(script), 'espeak-ng.data')),
  });
}
