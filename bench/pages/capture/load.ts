// What keeps the machine busy while audio is measured. Main thread.
import { systemClock } from '../../../src/core/clock.ts';
import { resample } from '../../../src/core/resampler.ts';
import { parseWavMono } from '../../../src/core/wav.ts';
import type {
  ListenConfig,
  SpeakConfig,
  ThinkConfig,
} from '../../../src/engines/worker-configs.ts';
import { WorkerLlm } from '../../../src/engines/worker-llm.ts';
import { WorkerStt } from '../../../src/engines/worker-stt.ts';
import { WorkerTts } from '../../../src/engines/worker-tts.ts';
import { blockMainThread } from '../../../talk/page/block-main-thread.ts';
import { loadStage } from '../product-engines.ts';

export type LoadKind =
  | 'nothing else'
  | 'a voice at work'
  | 'a recogniser at work'
  | 'a language model at work'
  | 'a CPU hog'
  | 'a busy main thread';

const TEXT =
  'The morning train left the station a little before seven. The last passengers were still finding their seats.';

const RECORDING = '/recordings/librivox/sense_and_sensibility_01_austen_64kb-0890.wav';
const LISTEN_HZ = 16_000;
const QUESTION = { role: 'user', content: 'Please tell me a long story about a dog.' } as const;
const ANSWER_TOKENS = 100;

/** Resolves when the load is on; it lasts as long as the page. */
export async function startLoad(kind: LoadKind): Promise<void> {
  switch (kind) {
    case 'nothing else':
      return;
    case 'a busy main thread':
      blockMainThread();
      return;
    case 'a CPU hog':
      return startHogs();
    case 'a voice at work':
      return againAndAgain(await loadVoice());
    case 'a recogniser at work':
      return againAndAgain(await loadRecogniser());
    case 'a language model at work':
      return againAndAgain(await loadLanguageModel());
  }
}

/** One for each core. */
function startHogs(): void {
  Array.from(
    { length: navigator.hardwareConcurrency },
    () => new Worker(new URL('../../workers/hog.worker.ts', import.meta.url), { type: 'module' }),
  );
}

/** Resolves when it was done once, and goes on without a pause: what cannot be done is no load. */
async function againAndAgain(work: () => Promise<void>): Promise<void> {
  await work();
  const goOn = async (): Promise<never> => {
    for (;;) await work();
  };
  void goOn();
}

/** The product's own workers, on all cores. */
const ALL_CORES = { threads: navigator.hardwareConcurrency, backend: 'wasm' } as const;
const { signal } = new AbortController();

async function loadVoice(): Promise<() => Promise<void>> {
  const { loaded, port } = await loadStage<SpeakConfig>('tts', 'speak', {
    ...{ ...ALL_CORES, engine: 'kokoro', voice: null, language: 'en', phonemes: 'auto' },
  });
  const voice = new WorkerTts({ loaded, clock: systemClock });
  voice.attach(port);
  return () => drain(voice.synthesize({ text: TEXT, voice: null, speed: 1, signal }));
}

async function loadRecogniser(): Promise<() => Promise<void>> {
  const own = { ...ALL_CORES, modelId: 'moonshine-tiny-en' };
  const { loaded, port } = await loadStage<ListenConfig>('stt', 'listen', own);
  const recogniser = new WorkerStt({ loaded, clock: systemClock });
  recogniser.attach(port);
  const file = new Uint8Array(await (await fetch(RECORDING)).arrayBuffer());
  const { pcm, sampleRateHz } = parseWavMono(file);
  const heard = resample(pcm, { fromHz: sampleRateHz, toHz: LISTEN_HZ });
  return async () => {
    const stream = recogniser.open({ language: 'en', signal, onPartial: () => undefined });
    stream.push(heard.slice());
    await stream.transcribe({ signal });
    stream.close();
  };
}

async function loadLanguageModel(): Promise<() => Promise<void>> {
  const own = { ...ALL_CORES, modelId: 'smollm2-135m-instruct', spareModelId: null };
  const { loaded, port } = await loadStage<ThinkConfig>('llm', 'think', own);
  const model = new WorkerLlm({ loaded, clock: systemClock });
  model.attach(port);
  const sampling = { maxTokens: ANSWER_TOKENS, temperature: 0, seed: 42 };
  return () => drain(model.generate({ messages: [QUESTION], ...sampling, signal }));
}

async function drain(parts: AsyncIterable<unknown>): Promise<void> {
  const iterator = parts[Symbol.asyncIterator]();
  while ((await iterator.next()).done !== true);
}
