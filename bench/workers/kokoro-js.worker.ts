// The kokoro-js package in a worker, as its own demonstration runs it. Worker.
import { expose, transfer } from 'comlink';
import { KokoroTTS, TextSplitterStream } from 'kokoro-js';
import { env } from '@huggingface/transformers';
import { installTransferHandlers } from '../../src/rpc/transfer-handlers.ts';

export interface KokoroJsService {
  /** Loads the model from the local hub, and says a word to warm up. */
  load(options: { threads: number }): Promise<void>;
  /** Resolves when the last chunk was handed on. */
  speak(
    mode: 'generate' | 'stream',
    text: string,
    onChunk: (pcm: Float32Array) => void,
  ): Promise<void>;
}

const VOICE = 'af_heart';
/** Where the package looks for voices, before it would download them. */
const VOICE_CACHE = 'kokoro-voices';
const VOICE_URL = `https://huggingface.co/onnx-community/Kokoro-82M-v1.0-ONNX/resolve/main/voices/${VOICE}.bin`;

let voice: KokoroTTS | null = null;

const service: KokoroJsService = {
  async load({ threads }) {
    env.allowLocalModels = true;
    env.allowRemoteModels = false;
    env.useBrowserCache = false;
    env.localModelPath = new URL('/hub/', location.origin).href;
    env.backends.onnx.wasm.wasmPaths = new URL('/peers/transformers/', location.origin).href;
    env.backends.onnx.wasm.numThreads = threads;
    const cache = await caches.open(VOICE_CACHE);
    await cache.put(VOICE_URL, await fetch(`/models/kokoro-voices-en/${VOICE}.bin`));
    voice = await KokoroTTS.from_pretrained('kokoro', { dtype: 'q8', device: 'wasm' });
    await voice.generate('Hello.', { voice: VOICE });
  },

  async speak(mode, text, onChunk) {
    if (voice === null) throw new Error('load() comes first.');
    const hand = (pcm: Float32Array): void => onChunk(transfer(pcm, [pcm.buffer]));
    if (mode === 'generate') {
      hand((await voice.generate(text, { voice: VOICE })).audio);
      return;
    }
    // A stream of a string never ends: its splitter is not closed.
    const splitter = new TextSplitterStream();
    splitter.push(text);
    splitter.close();
    for await (const { audio } of voice.stream(splitter, { voice: VOICE })) hand(audio.audio);
  },
};

installTransferHandlers();
expose(service);
