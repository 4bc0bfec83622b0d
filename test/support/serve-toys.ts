// Serves models made by tests, and their catalogue, as a site serves its own: workers read them from there. Node.
import type { Plugin } from 'vite';
import { loadCatalog } from '../../scripts/lib/catalog.mjs';
import { makeEspeakLanguage } from './espeak-data.ts';
import { toCatalog } from './toy-models.ts';
import type { ToyModel } from './toy-models.ts';
import { TOY_COMPILED } from './toy-compiled.ts';
import { TOY_CTC, TOY_UNKNOWN_CTC } from './toy-ctc.ts';
import { MOONSHINE_TOKENS, TOY_MOONSHINE, TOY_MOONSHINE_ORT } from './toy-moonshine.ts';
import { TOY_AMBIGUOUS, TOY_BROKEN, TOY_PARAFORMER, TOY_WHOLE_TRANSDUCER } from './toy-whole.ts';
import { TOY_UNKNOWN_WHISPER, TOY_WHISPER_EXPORT } from './toy-whisper-export.ts';
import { TOY_TEXT_MODEL } from './toy-text-model.ts';
import { TOY_KEYWORDS, TOY_TRANSDUCER } from './toy-transducer.ts';
import {
  TOY_PIPER,
  TOY_PIPER_GEORGIAN,
  TOY_PIPER_GERMAN,
  TOY_PIPER_LETTERS,
  TOY_PIPER_PAIRS,
} from './toy-piper.ts';
import { TOY_VOICE } from './toy-voice.ts';
import { TOY_WHISPER } from './toy-whisper.ts';

/** No toy, but nobody has to fetch it: in the place of the project's own. */
const ESPEAK: ToyModel = {
  ...{ id: 'espeak-phonemes', task: 'phonemes', backends: ['wasm'] },
  languages: ['de'],
  files: { 'de.bin': makeEspeakLanguage('de') },
};

const TOYS = [
  ...[TOY_COMPILED, TOY_CTC, TOY_KEYWORDS, TOY_TEXT_MODEL, TOY_TRANSDUCER, TOY_UNKNOWN_CTC],
  ...[
    TOY_AMBIGUOUS,
    TOY_BROKEN,
    TOY_MOONSHINE,
    TOY_MOONSHINE_ORT,
    TOY_PARAFORMER,
    TOY_WHOLE_TRANSDUCER,
    MOONSHINE_TOKENS,
  ],
  ...[TOY_UNKNOWN_WHISPER, TOY_WHISPER_EXPORT],
  ...[TOY_PIPER, TOY_PIPER_GEORGIAN, TOY_PIPER_GERMAN, TOY_PIPER_LETTERS, TOY_PIPER_PAIRS],
  ...[TOY_VOICE, TOY_WHISPER],
];

/** Real weights under another name, with what a toy of that name adds. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  'joe-of-the-site': 'piper-en-us-joe',
  [MOONSHINE_TOKENS.id]: 'moonshine-tiny-en',
};

/** At `/toys/catalog.json` and `/toys/ID/FILE`; at `/toys/all.json` with the project's own models. */
export function serveToys(): Plugin {
  return {
    name: 'serve toys',
    configureServer(server) {
      server.middlewares.use('/toys/', (request, response, next) => {
        const [id, name] = (request.url ?? '').split('?')[0]?.split('/').filter(Boolean) ?? [];
        response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
        if (id === 'catalog.json') {
          void toCatalog(TOYS).then((catalog) => response.end(JSON.stringify(catalog)));
          return;
        }
        if (id === 'all.json') {
          void Promise.all([loadCatalog(), toCatalog([...TOYS, ESPEAK])]).then(
            ([{ version, models }, toys]) => {
              const renamed = Object.entries(OTHER_NAMES).map(([other, known]) => {
                const files = [...toys.models, ...models]
                  .filter(({ id }) => id === other || id === known)
                  .flatMap((model) => model.files);
                return { ...models.find(({ id }) => id === known), id: other, files };
              });
              const others = toys.models.filter((toy) => OTHER_NAMES[toy.id] === undefined);
              const rest = models.filter(({ id }) => id !== ESPEAK.id);
              response.end(JSON.stringify({ version, models: [...others, ...renamed, ...rest] }));
            },
          );
          return;
        }
        const bytes = [...TOYS, ESPEAK].find((toy) => toy.id === id)?.files[name ?? ''];
        const known = OTHER_NAMES[id ?? ''];
        if (bytes !== undefined) response.end(bytes);
        else if (known === undefined) next();
        else response.writeHead(302, { location: `/models/${known}/${name ?? ''}` }).end();
      });
    },
  };
}
