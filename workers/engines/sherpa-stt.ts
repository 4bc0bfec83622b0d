// Transducers on sherpa-onnx: streaming ones here, those for whole pieces of audio by way of the offline recogniser. Listen worker.
import type { Recogniser } from 'sherpa-onnx/sherpa-onnx-asr.js';
import type { EngineInfo } from '../../src/core/contracts/engine.ts';
import type {
  SttEngine,
  SttStream,
  SttStreamOptions,
} from '../../src/core/contracts/speech-to-text.ts';
import { createDeferred } from '../../src/core/deferred.ts';
import type { Deferred } from '../../src/core/deferred.ts';
import { createTransducer } from '../runtimes/sherpa/sherpa-transducer.ts';
import { checkSherpaLanguage } from './sherpa-language.ts';
import { SherpaSttStream } from './sherpa-stream.ts';
import { readGraphMetadata, readRoles, TRANSDUCER } from './sherpa-files.ts';
import { openSherpaOffline } from './sherpa-offline-stt.ts';
import type { SttRequest } from './stt-choice.ts';

/** The package's own default; turns are decided elsewhere. */
const ENDPOINT_SILENCE_MS = 1_200;

/** Frames that an encoder takes at a time: no other says how many. */
const CHUNK_LENGTH = 'decode_chunk_len';

/** Rejects with what reading its files, {@link createTransducer} or {@link openSherpaOffline} rejects with. */
export async function createSherpaStt(request: SttRequest): Promise<SttEngine> {
  const { model, signal } = request;
  const files = await readRoles(TRANSDUCER, request);
  const metadata = readGraphMetadata(files.encoder, model.id);
  if (!metadata.has(CHUNK_LENGTH)) {
    return openSherpaOffline({ family: 'transducer', files, metadata }, request);
  }
  const recogniser = await createTransducer({
    ...{ worker: 'listen', modelId: model.id, files, signal },
    endpointSilenceMs: ENDPOINT_SILENCE_MS,
  });
  return new SherpaStt(recogniser, model);
}

class SherpaStt implements SttEngine {
  readonly info: EngineInfo;
  readonly languages: readonly string[];
  readonly #recogniser: Recogniser;
  readonly #streams = new Map<SttStream, Deferred>();
  #disposed: Promise<void> | undefined;

  constructor(recogniser: Recogniser, { id, languages }: SttRequest['model']) {
    this.#recogniser = recogniser;
    this.languages = languages;
    this.info = { name: 'sherpa-onnx', stage: 'stt', modelIds: [id], backend: 'wasm', threads: 1 };
  }

  /** Throws `unsupported` for a language that the catalogue does not give the model. */
  open({ language, onPartial, signal }: SttStreamOptions): SttStream {
    checkSherpaLanguage(this, language);
    const released = createDeferred();
    const onRelease = (): void => {
      this.#streams.delete(stream);
      released.resolve();
    };
    const stream = new SherpaSttStream(this.#recogniser, { onPartial, signal, onRelease });
    this.#streams.set(stream, released);
    return stream;
  }

  async dispose(): Promise<void> {
    this.#disposed ??= this.#release();
    await this.#disposed;
  }

  /** Streams first: they are parts of the recogniser. */
  async #release(): Promise<void> {
    const open = [...this.#streams];
    for (const [stream] of open) stream.close();
    await Promise.all(open.map(([, released]) => released.promise));
    this.#recogniser.free();
  }
}
