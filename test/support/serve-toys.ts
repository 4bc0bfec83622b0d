// Serves models made by tests, and their catalogue, as a site serves its own: workers read them from there. Node.
import type { Plugin } from 'vite';
import { loadCatalog } from '../../scripts/lib/catalog.mjs';
import { toCatalog } from './toy-models.ts';
import { TOY_COMPILED } from './toy-compiled.ts';
import { TOY_CTC, TOY_UNKNOWN_CTC } from './toy-ctc.ts';
import { TOY_TEXT_MODEL } from './toy-text-model.ts';
import { TOY_KEYWORDS, TOY_TRANSDUCER } from './toy-transducer.ts';
import { TOY_PIPER, TOY_PIPER_GERMAN, TOY_PIPER_LETTERS } from './toy-piper.ts';
import { TOY_VOICE } from './toy-voice.ts';
import { TOY_WHISPER } from './toy-whisper.ts';

const TOYS = [
  ...[TOY_COMPILED, TOY_CTC, TOY_KEYWORDS, TOY_TEXT_MODEL, TOY_TRANSDUCER, TOY_UNKNOWN_CTC],
  ...[TOY_PIPER, TOY_PIPER_GERMAN, TOY_PIPER_LETTERS, TOY_VOICE, TOY_WHISPER],
];

/** Real weights under another name. */
const OTHER_NAMES: Readonly<Record<string, string>> = { 'joe-of-the-site': 'piper-en-us-joe' };

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
          void Promise.all([loadCatalog(), toCatalog(TOYS)]).then(([{ version, models }, toys]) => {
            const renamed = Object.entries(OTHER_NAMES).map(([other, known]) => ({
              ...models.find((model) => model.id === known),
              id: other,
            }));
            response.end(
              JSON.stringify({ version, models: [...toys.models, ...renamed, ...models] }),
            );
          });
          return;
        }
        const known = OTHER_NAMES[id ?? ''];
        if (known !== undefined) {
          response.writeHead(302, { location: `/models/${known}/${name ?? ''}` }).end();
          return;
        }
        const bytes = TOYS.find((toy) => toy.id === id)?.files[name ?? ''];
        if (bytes === undefined) next();
        else response.end(bytes);
      });
    },
  };
}
