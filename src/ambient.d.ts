// Module shapes that the bundler provides: URLs of emitted assets.
declare module '*?url' {
  const url: string;
  export default url;
}
declare module '*?worker&url' {
  const url: string;
  export default url;
}
/** As much of sherpa-onnx as is used: it comes without types. */
declare module 'sherpa-onnx/sherpa-onnx-wasm-nodejs.js' {
  export default function createModule(module: object): Promise<unknown>;
}
declare module 'sherpa-onnx/sherpa-onnx-tts.js' {
  interface OfflineTts {
    readonly handle: number;
    readonly sampleRate: number;
    readonly numSpeakers: number;
    generateWithConfig(
      text: string,
      options: { readonly sid: number; readonly speed: number; readonly silenceScale: number },
    ): { readonly samples: Float32Array; readonly sampleRate: number };
    free(): void;
  }
  const tts: { createOfflineTts(module: object, config: object): OfflineTts };
  export default tts;
}
declare module 'sherpa-onnx/sherpa-onnx-vad.js' {
  interface Vad {
    readonly handle: number;
    acceptWaveform(pcm: Float32Array): void;
    isDetected(): boolean;
    flush(): void;
    clear(): void;
    reset(): void;
    free(): void;
  }
  const vad: { createVad(module: object, config: object): Vad };
  export default vad;
}
declare module 'sherpa-onnx/sherpa-onnx-asr.js' {
  interface Stream {
    acceptWaveform(sampleRateHz: number, pcm: Float32Array): void;
    free(): void;
  }
  interface Recogniser {
    readonly handle: number;
    createStream(): Stream;
    isReady(stream: Stream): boolean;
    decode(stream: Stream): void;
    isEndpoint(stream: Stream): boolean;
    reset(stream: Stream): void;
    getResult(stream: Stream): {
      readonly text: string;
      readonly timestamps?: readonly number[];
      readonly start_time?: number;
    };
    free(): void;
  }
  interface Piece {
    acceptWaveform(sampleRateHz: number, pcm: Float32Array): void;
    free(): void;
  }
  interface OfflineRecogniser {
    readonly handle: number;
    createStream(): Piece;
    decode(piece: Piece): void;
    getResult(piece: Piece): { readonly text: string };
    free(): void;
  }
  const asr: {
    createOnlineRecognizer(module: object, config: object): Recogniser;
    readonly OfflineRecognizer: new (config: object, module: object) => OfflineRecogniser;
  };
  export default asr;
}
