// Keyword spotting on sherpa-onnx. Runs in the turn worker.
import type { KeywordStream, Spotter } from 'sherpa-onnx/sherpa-onnx-kws.js';
import type { EngineInfo } from '../../src/core/contracts/engine.ts';
import type { KeywordSpotter } from '../../src/core/contracts/keyword-spotter.ts';
import type { ModelFiles } from '../../src/core/contracts/model-files.ts';
import { VoiceAgentError } from '../../src/core/errors.ts';
import type { CatalogModel } from '../../src/models/catalog.ts';
import { modelKind } from '../../src/models/model-kind.ts';
import { createSherpaSpotter } from '../runtimes/sherpa/sherpa-spotter.ts';
import { readRoles, TRANSDUCER } from './sherpa-files.ts';

const SAMPLE_RATE_HZ = 16_000;

export interface SherpaKeywordsOptions {
  readonly files: ModelFiles;
  /** A streaming transducer with `keywords.txt`: a keyword a line, in tokens of the model. */
  readonly model: CatalogModel;
  /** Aborts loading. */
  readonly signal: AbortSignal;
}

/** Rejects as `modelKind`, `files.read` and {@link createSherpaSpotter} do. */
export async function createSherpaKeywords({
  files,
  model,
  signal,
}: SherpaKeywordsOptions): Promise<KeywordSpotter> {
  modelKind(model, 'wake');
  const [transducer, keywords] = await Promise.all([
    readRoles(TRANSDUCER, { files, model, signal }),
    files.read(model.id, 'keywords.txt', { signal }),
  ]);
  const spotter = await createSherpaSpotter({
    ...{ worker: 'turn', modelId: model.id, signal },
    files: transducer,
    keywords: new TextDecoder().decode(keywords),
  });
  return new SherpaKeywords(spotter, model.id);
}

class SherpaKeywords implements KeywordSpotter {
  readonly info: EngineInfo;
  readonly #spotter: Spotter;
  #stream: KeywordStream;
  #isDisposed = false;

  constructor(spotter: Spotter, modelId: string) {
    this.#spotter = spotter;
    this.#stream = spotter.createStream();
    const modelIds = [modelId];
    this.info = { name: 'sherpa-onnx', stage: 'wake', modelIds, backend: 'wasm', threads: 1 };
  }

  async process(pcm: Float32Array): Promise<boolean> {
    if (this.#isDisposed) {
      throw new VoiceAgentError(
        'disposed',
        'This keyword spotter is disposed; create another one.',
        { details: { what: 'sherpa-onnx' } },
      );
    }
    this.#stream.acceptWaveform(SAMPLE_RATE_HZ, pcm);
    let isFound = false;
    while (this.#spotter.isReady(this.#stream)) {
      this.#spotter.decode(this.#stream);
      if (this.#spotter.getResult(this.#stream).keyword === '') continue;
      isFound = true;
      // Without this the same words are found again with every chunk.
      this.#spotter.reset(this.#stream);
    }
    return isFound;
  }

  /** The library's own reset keeps audio that was not worked on yet. */
  reset(): void {
    if (this.#isDisposed) return;
    this.#stream.free();
    this.#stream = this.#spotter.createStream();
  }

  async dispose(): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#stream.free();
    this.#spotter.free();
  }
}
