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
  const asr: { createOnlineRecognizer(module: object, config: object): Recogniser };
  export default asr;
}
