// What the benchmarks use of packages that are not installed with the project (see bench/peers).
declare module 'kokoro-js' {
  export interface RawAudio {
    /** Mono at 24 kHz. */
    readonly audio: Float32Array;
    readonly sampling_rate: number;
  }
  export class TextSplitterStream {
    push(...texts: string[]): void;
    close(): void;
  }
  export class KokoroTTS {
    static from_pretrained(
      modelId: string,
      options: { dtype: 'q8'; device: 'wasm' },
    ): Promise<KokoroTTS>;
    generate(text: string, options: { voice: string }): Promise<RawAudio>;
    stream(
      text: TextSplitterStream,
      options: { voice: string },
    ): AsyncGenerator<{ readonly audio: RawAudio }>;
  }
}

declare module '@ricky0123/vad-web' {
  export interface RealTimeVADOptions {
    model: 'v5';
    baseAssetPath: string;
    onnxWASMBasePath: string;
    startOnLoad: boolean;
    positiveSpeechThreshold: number;
    negativeSpeechThreshold: number;
    redemptionMs: number;
    minSpeechMs: number;
    onSpeechEnd: (audio: Float32Array) => void;
  }
  export class MicVAD {
    static new(options: Partial<RealTimeVADOptions>): Promise<MicVAD>;
    /** Private in the package's own types: what `start` does besides opening a microphone. */
    readonly frameProcessor: { resume(): void; reset(): void };
    processFrame(frame: Float32Array): Promise<void>;
  }
}

declare module '@huggingface/transformers' {
  export const env: {
    allowLocalModels: boolean;
    allowRemoteModels: boolean;
    useBrowserCache: boolean;
    localModelPath: string;
    backends: { onnx: { wasm: { wasmPaths: string; numThreads: number } } };
  };
}
