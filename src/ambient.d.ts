// Module shapes that the bundler provides: URLs of emitted assets.
declare module '*?url' {
  const url: string;
  export default url;
}
declare module '*?worker&url' {
  const url: string;
  export default url;
}
/** What it gives is told where it is used (`espeak-languages.ts`). */
declare module '@echogarden/espeak-ng-emscripten' {
  export default function start(options: object): Promise<unknown>;
}
/** As much of sherpa-onnx as is used: it comes without types. */
declare module 'sherpa-onnx/sherpa-onnx-wasm-nodejs.js' {
  export default function createModule(module: object): Promise<unknown>;
}
declare module 'sherpa-onnx/sherpa-onnx-tts.js' {
  export interface OfflineTts {
    readonly handle: number;
    readonly sampleRate: number;
    /** 0 or 1 of a voice that is one person. */
    readonly numSpeakers: number;
    /** Blocks until all is made. Throws when it makes nothing of the text. */
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
  export interface Vad {
    readonly handle: number;
    acceptWaveform(pcm: Float32Array): void;
    isDetected(): boolean;
    /** Ends the segment in progress; the next window of speech begins another. */
    flush(): void;
    /** Lets finished segments go. */
    clear(): void;
    reset(): void;
    free(): void;
  }
  const vad: { createVad(module: object, config: object): Vad };
  export default vad;
}
declare module 'sherpa-onnx/sherpa-onnx-kws.js' {
  export interface KeywordStream {
    acceptWaveform(sampleRateHz: number, pcm: Float32Array): void;
    free(): void;
  }
  export interface Spotter {
    readonly handle: number;
    createStream(): KeywordStream;
    isReady(stream: KeywordStream): boolean;
    decode(stream: KeywordStream): void;
    /** Begins anew with what comes. */
    reset(stream: KeywordStream): void;
    /** Empty while none was found. */
    getResult(stream: KeywordStream): { readonly keyword: string };
    free(): void;
  }
  const kws: { createKws(module: object, config: object): Spotter };
  export default kws;
}
declare module 'sherpa-onnx/sherpa-onnx-asr.js' {
  export interface Stream {
    acceptWaveform(sampleRateHz: number, pcm: Float32Array): void;
    free(): void;
  }
  export interface Result {
    readonly text: string;
    /** Seconds from the beginning of the piece, one per token. */
    readonly timestamps?: readonly number[];
    /** Seconds before the piece. */
    readonly start_time?: number;
  }
  /** A streaming one. */
  export interface Recogniser {
    readonly handle: number;
    createStream(): Stream;
    isReady(stream: Stream): boolean;
    decode(stream: Stream): void;
    isEndpoint(stream: Stream): boolean;
    reset(stream: Stream): void;
    getResult(stream: Stream): Result;
    free(): void;
  }
  /** For whole pieces of audio: each is a stream of its own. */
  export interface OfflineRecogniser {
    readonly handle: number;
    createStream(): Stream;
    /** Blocks until it is done. */
    decode(piece: Stream): void;
    /** `lang` as the model writes it, `<|en|>` or `en`; empty of models that tell none. */
    getResult(piece: Stream): { readonly text: string; readonly lang?: string };
    /** Of Whisper alone; anything else stays. */
    setConfig(config: OfflineConfig): void;
    free(): void;
  }
  export interface OfflineConfig {
    readonly featConfig: object;
    readonly modelConfig: {
      readonly tokens: string | undefined;
      readonly whisper?: { language: string; readonly task: string; readonly tailPaddings: number };
      readonly [place: string]: unknown;
    };
    readonly decodingMethod: string;
  }
  const asr: {
    createOnlineRecognizer(module: object, config: object): Recogniser;
    readonly OfflineRecognizer: new (config: OfflineConfig, module: object) => OfflineRecogniser;
  };
  export default asr;
}
