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

declare module '@huggingface/transformers' {
  export const env: {
    allowLocalModels: boolean;
    allowRemoteModels: boolean;
    useBrowserCache: boolean;
    localModelPath: string;
    backends: { onnx: { wasm: { wasmPaths: string; numThreads: number } } };
  };
}
