// A Llama transformer with 4-bit weights, one sequence. Worker or Node.
import type { Gguf, GgufTensor } from './gguf.ts';
import { UNIT_ROWS } from './kernels.ts';
import type { LlamaTeam } from './kernels.ts';
import type { LinearMemory } from '../linear-memory.ts';
import { isPackable4, isPackable8, pack4, pack8, unpackRow8 } from './packed-weights.ts';
import type { PackedMatrix } from './packed-weights.ts';

/** Tokens evaluated in one go at most: 50 ms, after which the caller may look around. */
export const BATCH_TOKENS = 8;

/** Measures of a model, by the names of its file. */
export interface LlamaShape {
  readonly layers: number;
  /** Numbers that stand for a token between two layers. */
  readonly width: number;
  readonly hidden: number;
  readonly heads: number;
  readonly keyHeads: number;
  readonly vocabulary: number;
  readonly epsilon: number;
  readonly ropeBase: number;
}

export interface LlamaModelOptions {
  /** Made for as many tokens. */
  readonly team: LlamaTeam;
  readonly contextTokens: number;
}

interface Layer {
  readonly attentionNorm: number;
  readonly query: PackedMatrix;
  readonly key: PackedMatrix;
  readonly value: PackedMatrix;
  readonly attentionOut: PackedMatrix;
  readonly hiddenNorm: number;
  readonly gate: PackedMatrix;
  readonly up: PackedMatrix;
  readonly down: PackedMatrix;
  /** [context, keyHeads, headSize] each. */
  readonly keys: number;
  readonly values: number;
}

/** Room for what is computed on the way. */
interface Scratch {
  readonly x: number;
  readonly normed: number;
  readonly wide: number;
  readonly gate: number;
  readonly up: number;
  readonly values: number;
  readonly scales: number;
  readonly sums: number;
  readonly logits: number;
  /** A cosine and a sine for each position and pair. */
  readonly angles: number;
}

const FLOAT = Float32Array.BYTES_PER_ELEMENT;
const BLOCK = 32;
/** A product of fewer blocks is over before another thread has begun: some 30 us. */
const SHARED_BLOCKS = 6_000;
const MATRICES = [
  ...['attn_q', 'attn_k', 'attn_v', 'attn_output'],
  ...['ffn_gate', 'ffn_up', 'ffn_down'],
];

/** The shape of a file that {@link LlamaModel} can run; null for any other. */
export function shapeOf({ metadata, tensors }: Gguf): LlamaShape | null {
  if (metadata.get('general.architecture') !== 'llama') return null;
  const number = (key: string): number => Number(metadata.get(`llama.${key}`) ?? NaN);
  const embedding = tensors.get('token_embd.weight');
  const shape: LlamaShape = {
    layers: number('block_count'),
    width: number('embedding_length'),
    hidden: number('feed_forward_length'),
    heads: number('attention.head_count'),
    keyHeads: number('attention.head_count_kv'),
    vocabulary: embedding?.dims[1] ?? 0,
    epsilon: number('attention.layer_norm_rms_epsilon'),
    ropeBase: number('rope.freq_base'),
  };
  const matrices = [...tensors].filter(([name]) =>
    MATRICES.some((matrix) => name.endsWith(`.${matrix}.weight`)),
  );
  const isWhole =
    Object.values(shape).every((value) => Number(value) > 0) &&
    matrices.length === shape.layers * MATRICES.length &&
    matrices.every(([, tensor]) => isPackable4(tensor)) &&
    (shape.width / shape.heads) % 4 === 0;
  // Factors for long contexts, biases and an output matrix of its own are not known to it.
  const hasMore = tensors.has('rope_freqs.weight') || tensors.has('output.weight');
  return isWhole && !hasMore && embedding !== undefined && isPackable8(embedding) ? shape : null;
}

/**
 * Weights in linear memory, keys and values of the tokens evaluated so far, in f32. Vectors are quantized to 8
 * bits before each product, as llama.cpp does; 7 before the last one.
 */
export class LlamaModel {
  readonly shape: LlamaShape;
  readonly contextTokens: number;
  readonly #team: LlamaTeam;
  readonly #layers: Layer[] = [];
  readonly #embedding: PackedMatrix;
  readonly #outputNorm: number;
  readonly #scratch: Scratch;
  readonly #headSize: number;
  /** Of one token's keys, or values. */
  readonly #keyWidth: number;

  /**
   * Waits for `checkpoint` between layers, since they take a second together. Rejects with `RangeError` when the
   * file lacks what its shape promises or memory ran out, and as `checkpoint` does.
   */
  static async load(
    gguf: Gguf,
    shape: LlamaShape,
    options: LlamaModelOptions & { readonly checkpoint: () => Promise<void> },
  ): Promise<LlamaModel> {
    const model = new LlamaModel(gguf, shape, options);
    for (let layer = 0; layer < shape.layers; layer += 1) {
      await options.checkpoint();
      model.#layers.push(model.#load(gguf, layer));
    }
    return model;
  }

  private constructor(gguf: Gguf, shape: LlamaShape, { team, contextTokens }: LlamaModelOptions) {
    this.shape = shape;
    this.contextTokens = contextTokens;
    this.#headSize = shape.width / shape.heads;
    this.#keyWidth = shape.keyHeads * this.#headSize;
    this.#team = team;
    this.#embedding = pack8(tensorOf(gguf, 'token_embd'), this.#memory);
    this.#outputNorm = this.#loadFloats(tensorOf(gguf, 'output_norm'));
    this.#scratch = this.#takeScratch();
    this.#fillAngles();
  }

  /**
   * Takes up to {@link BATCH_TOKENS} tokens in, the first of them at `position`; what was there and behind is
   * overwritten.
   */
  evaluate(tokens: readonly number[], position: number): void {
    const { width } = this.shape;
    const { x } = this.#scratch;
    const view = new DataView(this.#memory.memory.buffer);
    for (const [index, token] of tokens.entries()) {
      const to = this.#memory.floats(x + index * width * FLOAT, width);
      unpackRow8(this.#embedding, token, { from: view, to });
    }
    for (const layer of this.#layers) {
      this.#attend(layer, tokens.length, position);
      this.#think(layer, tokens.length);
    }
    // The last one, where `logits` finds it.
    const last = x + (tokens.length - 1) * width * FLOAT;
    this.#memory.floats(x, width).set(this.#memory.floats(last, width));
  }

  /** For each entry of the vocabulary, after the last token of `evaluate`; valid until it is called again. */
  logits(): Float32Array {
    const { width, vocabulary, epsilon } = this.shape;
    const { x, normed, values, scales, sums, logits } = this.#scratch;
    const { at, rows, blocks } = this.#embedding;
    this.#kernels.normalize(x, this.#outputNorm, width, epsilon, normed);
    this.#kernels.quantizeAround64(normed, blocks, values, scales, sums);
    this.#team.run('multiply8', [at, blocks, values, scales, logits], rows / UNIT_ROWS);
    return this.#memory.floats(logits, vocabulary);
  }

  get #memory(): LinearMemory {
    return this.#team.memory;
  }

  get #kernels(): LlamaTeam['kernels'] {
    return this.#team.kernels;
  }

  #attend(layer: Layer, tokens: number, position: number): void {
    const { width, heads, keyHeads } = this.shape;
    const { x, normed, wide, angles } = this.#scratch;
    const size = this.#headSize;
    const keyBytes = this.#keyWidth * FLOAT;
    const keys = layer.keys + position * keyBytes;
    this.#normalize(layer.attentionNorm, tokens);
    this.#quantize(normed, tokens * width);
    this.#multiply(layer.query, tokens, wide);
    this.#multiply(layer.key, tokens, keys);
    this.#multiply(layer.value, tokens, layer.values + position * keyBytes);
    for (let index = 0; index < tokens; index += 1) {
      const angle = angles + (position + index) * size * FLOAT;
      const query = wide + index * width * FLOAT;
      this.#kernels.rotate(query, heads, size, angle);
      this.#kernels.rotate(keys + index * keyBytes, keyHeads, size, angle);
      const out = normed + index * width * FLOAT;
      const seen = position + index + 1;
      const { keys: from, values } = layer;
      this.#team.run('attend', [query, heads, keyHeads, size, from, values, seen, out], heads);
    }
    this.#quantize(normed, tokens * width);
    this.#multiply(layer.attentionOut, tokens, wide);
    this.#kernels.add(x, wide, tokens * width);
  }

  #think(layer: Layer, tokens: number): void {
    const { width, hidden } = this.shape;
    const { x, normed, wide, gate, up } = this.#scratch;
    this.#normalize(layer.hiddenNorm, tokens);
    this.#quantize(normed, tokens * width);
    this.#multiply(layer.gate, tokens, gate);
    this.#multiply(layer.up, tokens, up);
    this.#kernels.gateUp(gate, up, tokens * hidden);
    this.#quantize(gate, tokens * hidden);
    this.#multiply(layer.down, tokens, wide);
    this.#kernels.add(x, wide, tokens * width);
  }

  #normalize(weight: number, tokens: number): void {
    const { width, epsilon } = this.shape;
    const { x, normed } = this.#scratch;
    for (let index = 0; index < tokens; index += 1) {
      const offset = index * width * FLOAT;
      this.#kernels.normalize(x + offset, weight, width, epsilon, normed + offset);
    }
  }

  #quantize(from: number, length: number): void {
    const { values, scales, sums } = this.#scratch;
    this.#kernels.quantize(from, length / BLOCK, values, scales, sums);
  }

  #multiply({ at, rows, blocks }: PackedMatrix, tokens: number, out: number): void {
    const { values, scales, sums } = this.#scratch;
    const call = [at, rows, blocks, tokens, values, scales, sums, out] as const;
    const units = rows / UNIT_ROWS;
    if (rows * blocks * tokens >= SHARED_BLOCKS) this.#team.run('multiply4', call, units);
    else this.#kernels.multiply4(...call, 0, units, this.#team.scratch);
  }

  #load(gguf: Gguf, layer: number): Layer {
    const tensor = (name: string): GgufTensor => tensorOf(gguf, `blk.${layer}.${name}`);
    const matrix = (name: string): PackedMatrix => pack4(tensor(name), this.#memory);
    const cache = (): number => this.#memory.takeFloats(this.contextTokens * this.#keyWidth);
    return {
      attentionNorm: this.#loadFloats(tensor('attn_norm')),
      query: matrix('attn_q'),
      key: matrix('attn_k'),
      value: matrix('attn_v'),
      attentionOut: matrix('attn_output'),
      hiddenNorm: this.#loadFloats(tensor('ffn_norm')),
      gate: matrix('ffn_gate'),
      up: matrix('ffn_up'),
      down: matrix('ffn_down'),
      keys: cache(),
      values: cache(),
    };
  }

  #loadFloats({ data, dims: [length = 0] }: GgufTensor): number {
    const at = this.#memory.takeFloats(length);
    const floats = this.#memory.floats(at, length);
    for (let index = 0; index < length; index += 1) {
      floats[index] = data.getFloat32(index * FLOAT, true);
    }
    return at;
  }

  #takeScratch(): Scratch {
    const { width, hidden, vocabulary } = this.shape;
    const floats = (count: number): number => this.#memory.takeFloats(count);
    const blocks = (BATCH_TOKENS * hidden) / BLOCK;
    return {
      x: floats(BATCH_TOKENS * width),
      normed: floats(BATCH_TOKENS * width),
      wide: floats(BATCH_TOKENS * width),
      gate: floats(BATCH_TOKENS * hidden),
      up: floats(BATCH_TOKENS * hidden),
      values: this.#memory.take(BATCH_TOKENS * hidden),
      scales: floats(blocks),
      sums: floats(blocks),
      logits: floats(vocabulary),
      angles: floats(this.contextTokens * this.#headSize),
    };
  }

  #fillAngles(): void {
    const size = this.#headSize;
    const angles = this.#memory.floats(this.#scratch.angles, this.contextTokens * size);
    for (let position = 0; position < this.contextTokens; position += 1) {
      for (let at = 0; at < size; at += 2) {
        const angle = position * this.shape.ropeBase ** (-at / size);
        angles[position * size + at] = Math.cos(angle);
        angles[position * size + at + 1] = Math.sin(angle);
      }
    }
  }
}

function tensorOf({ tensors }: Gguf, name: string): GgufTensor {
  const tensor = tensors.get(`${name}.weight`);
  if (tensor === undefined) throw new RangeError(`it lacks ${name}.weight`);
  return tensor;
}
