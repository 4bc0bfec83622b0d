// Keys and values that Moonshine's decoder hands from one step to the next. Runs in the listen worker.
import { Tensor } from '../runtimes/onnx-session.ts';
import type { InferenceSession } from '../runtimes/onnx-session.ts';

const PAST = 'past_key_values.';
const PRESENT = 'present.';
const SEQUENCE_AXIS = 2;

/** Tensors by the name of the decoder's input. `decoder` ones grow by the step, `encoder` ones stay. */
export type DecoderCache = Readonly<Record<string, Tensor>>;

/** Names and the empty start of a decoder's cache, read from the graph: any size of Moonshine fits. */
export class CacheLayout {
  readonly #names: readonly string[];
  readonly empty: DecoderCache;
  /** What a step with a cache must compute: leaving the encoder's part out saves its copies. */
  readonly stepOutputs: readonly string[];

  constructor(decoder: InferenceSession) {
    const inputs = decoder.inputMetadata.filter((input) => input.name.startsWith(PAST));
    this.#names = inputs.map((input) => input.name);
    this.empty = Object.fromEntries(
      inputs.map((input) => {
        const [, heads = 0, , width = 0] = input.isTensor ? input.shape.map(Number) : [];
        return [input.name, new Tensor('float32', new Float32Array(0), [0, heads, 1, width])];
      }),
    );
    const growing = this.#names.filter(isGrowing).map(toPresent);
    this.stepOutputs = ['logits', ...growing];
  }

  /** The cache after a run: its outputs, and from `before` what it did not compute. */
  next(before: DecoderCache, outputs: InferenceSession.OnnxValueMapType): DecoderCache {
    const entries = this.#names.map((name) => [name, outputs[toPresent(name)] ?? before[name]]);
    return Object.fromEntries(entries) as DecoderCache;
  }

  /** A copy that ends after the first `length` tokens. */
  truncate(cache: DecoderCache, length: number): DecoderCache {
    const entries = Object.entries(cache).map(([name, tensor]) => [
      name,
      isGrowing(name) ? truncateSequence(tensor, length) : tensor,
    ]);
    return Object.fromEntries(entries) as DecoderCache;
  }
}

function isGrowing(name: string): boolean {
  return name.includes('.decoder.');
}

function toPresent(name: string): string {
  return PRESENT + name.slice(PAST.length);
}

/** Of a tensor [1, heads, sequence, width], the first `length` of the sequence. */
function truncateSequence(tensor: Tensor, length: number): Tensor {
  const [, heads = 0, sequence = 0, width = 0] = tensor.dims;
  const from = tensor.data as Float32Array;
  const into = new Float32Array(heads * length * width);
  for (let head = 0; head < heads; head += 1) {
    const start = head * sequence * width;
    into.set(from.subarray(start, start + length * width), head * length * width);
  }
  return new Tensor('float32', into, tensor.dims.with(SEQUENCE_AXIS, length));
}
