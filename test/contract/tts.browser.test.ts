import { createEspeakPhonemiser } from '../../workers/engines/espeak-phonemes.ts';
import { createFliteTts } from '../../workers/engines/flite-tts.ts';
import { createKokoroTts } from '../../workers/engines/kokoro-tts.ts';
import { createPiperTts } from '../../workers/engines/piper-tts.ts';
import { createSherpaTts } from '../../workers/engines/sherpa-tts.ts';
import { servedModelFiles } from '../support/model-files-over-http.ts';
import { SHERPA_VOICE, sherpaVoiceFiles } from '../support/sherpa-voice.ts';
import { runTtsSuite, SUITE_TEXT } from './tts.suite.ts';

const { signal } = new AbortController();
const phonemise = createEspeakPhonemiser();

runTtsSuite({
  name: 'piper',
  timesWords: true,
  create: () =>
    createPiperTts({
      files: servedModelFiles,
      modelId: 'piper-en-us-joe',
      fileName: 'en_US-joe-medium.onnx',
      threads: 2,
      phonemise,
      signal,
    }),
});

runTtsSuite({
  name: 'kokoro',
  timesWords: true,
  create: () => createKokoroTts({ files: servedModelFiles, threads: 2, phonemise, signal }),
});

runTtsSuite({
  name: 'flite',
  timesWords: false,
  create: () => createFliteTts({ files: servedModelFiles, signal }),
});

runTtsSuite({
  name: 'sherpa-onnx, on the weights of Piper',
  timesWords: false,
  create: async () =>
    createSherpaTts({ files: await sherpaVoiceFiles(SUITE_TEXT), model: SHERPA_VOICE, signal }),
});
