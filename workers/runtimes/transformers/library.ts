// As much of transformers.js as the engines use, typed by hand: the package's own types are made of comments. Types only.

export interface HubTensor {
  /** As the runtime has it. */
  readonly ort_tensor: unknown;
  readonly dims: readonly number[];
  readonly data: Float32Array | BigInt64Array;
  readonly location: string;
  slice(...ranges: (readonly [number, number] | null)[]): HubTensor;
}

/** A session of ONNX Runtime inside a model. */
export interface HubSession {
  run(feeds: Record<string, unknown>): Promise<Record<string, unknown>>;
}

/** What was computed of a prompt, kept for the next one. */
export interface HubCache {
  get_seq_length(): number;
  dispose(): Promise<void>;
}

export interface HubModel {
  readonly config: { readonly model_type?: string; readonly eos_token_id?: unknown };
  readonly generation_config: Readonly<Record<string, unknown>> | null;
  readonly sessions: Readonly<Record<string, HubSession>>;
  forward(inputs: Record<string, unknown>): Promise<{ readonly logits: HubTensor }>;
  generate(inputs: Record<string, unknown>): Promise<unknown>;
  dispose(): Promise<unknown>;
}

export interface HubTokenizer {
  readonly chat_template: unknown;
  readonly all_special_ids: readonly number[];
  /** What `tokenizer.json` holds. */
  readonly _tokenizerJSON: {
    readonly added_tokens?: readonly { readonly id: number; readonly content: string }[];
    readonly decoder?: unknown;
  };
  get_vocab(): ReadonlyMap<string, number>;
  decode(
    ids: readonly number[],
    options: { skip_special_tokens: boolean; clean_up_tokenization_spaces?: boolean },
  ): string;
  encode(text: string, options: { add_special_tokens: boolean }): number[];
  apply_chat_template(
    messages: readonly object[],
    options: { tokenize: false; add_generation_prompt: boolean; tools?: readonly object[] },
  ): string;
}

export interface HubOptions {
  readonly subfolder: '';
  readonly device: 'wasm' | 'webgpu';
  /** By file, without its ending. */
  readonly dtype: Readonly<Record<string, string>>;
  readonly use_external_data_format: Readonly<Record<string, boolean>>;
  readonly session_options: Readonly<Record<string, unknown>>;
}

interface FromHub<T> {
  from_pretrained(modelId: string, options: HubOptions): Promise<T>;
}

/** A list that it is pushed into. */
interface HubList {
  push(item: object): void;
}

export interface TransformersLibrary {
  readonly AutoTokenizer: FromHub<HubTokenizer>;
  readonly AutoModelForCausalLM: FromHub<HubModel>;
  readonly WhisperForConditionalGeneration: FromHub<HubModel>;
  readonly WhisperFeatureExtractor: FromHub<
    (pcm: Float32Array) => Promise<{ readonly input_features: HubTensor }>
  >;
  readonly LogitsProcessor: new () => object;
  readonly LogitsProcessorList: new () => HubList;
  readonly StoppingCriteria: new () => object;
  readonly DynamicCache: new (entries?: Record<string, HubTensor>) => HubCache;
  readonly Tensor: new (type: 'int64', data: BigInt64Array, dims: readonly number[]) => HubTensor;
  readonly env: {
    fetch: (address: string | URL) => Promise<Response>;
    allowLocalModels: boolean;
    allowRemoteModels: boolean;
    localModelPath: string;
    useBrowserCache: boolean;
    useWasmCache: boolean;
    logLevel: number;
    readonly backends: {
      readonly onnx: {
        readonly wasm: { wasmPaths: { mjs: string; wasm: string }; numThreads: number };
      };
    };
  };
}
