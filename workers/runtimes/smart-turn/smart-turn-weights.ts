// Weights of the Smart Turn graph by what they are for: it names biases and norms, but few of its matrices. Worker or
// Node.
import type { ByteWeights } from '../network/byte-product.ts';
import type { LayerNormWeights } from '../network/layer-norm.ts';
import { OnnxModel } from '../onnx-graph/onnx-model.ts';
import type { OnnxNode } from '../onnx-graph/onnx-node.ts';
import { DATA_TYPE } from '../onnx-graph/onnx-tensor.ts';
import type { TensorContent } from '../onnx-graph/onnx-tensor.ts';
import { indexNodes } from '../onnx-graph/quantised-convolution.ts';
import type { NodeIndex } from '../onnx-graph/quantised-convolution.ts';

const ROOT = 'inner';
const ROUNDING: ReadonlySet<string> = new Set(['QuantizeLinear', 'DequantizeLinear']);
/** Of all its norms. */
const EPSILON = 1e-5;

/** All methods throw `RangeError` for what the file does not have, or not as it is expected. */
export class SmartTurnWeights {
  readonly #model: OnnxModel;
  readonly #graph: NodeIndex;

  /** Reads a file, of which it keeps views. */
  constructor(bytes: Uint8Array) {
    this.#model = OnnxModel.parse(bytes);
    this.#graph = indexNodes(this.#model.nodes);
  }

  /** How many layers the encoder has. */
  get layers(): number {
    let layers = 0;
    while (this.#model.hasTensor(`${ROOT}.encoder.layers.${layers}.final_layer_norm.weight`)) {
      layers += 1;
    }
    return layers;
  }

  /** A float table [rows, columns]. */
  table(name: string): { readonly values: Float32Array; readonly columns: number } {
    const { dims } = this.#tensor(`${ROOT}.${name}`);
    return { values: this.#floats(`${ROOT}.${name}`), columns: dims[1] ?? 0 };
  }

  norm(name: string): LayerNormWeights {
    return {
      weights: this.#floats(`${ROOT}.${name}.weight`),
      bias: this.#floats(`${ROOT}.${name}.bias`),
      epsilon: EPSILON,
    };
  }

  /** A layer whose weights have its name: [outputs, inputs] or [outputs, inputs, taps]. */
  layer(name: string): ByteWeights {
    const weights = `${ROOT}.${name}.weight`;
    const bytes = this.#bytes(`${weights}_quantized`);
    const [outputs = 0, inputs = 0, taps = 1] = bytes.dims;
    return {
      ...{ bytes: bytes.data, isSigned: true, outputs, inputs, taps },
      ...{ outputStride: inputs * taps, inputStride: taps },
      zeroPoints: [0],
      scales: this.#floats(`${weights}_scale`),
      bias: this.#quantisedBias(`${ROOT}.${name}.bias_quantized`),
    };
  }

  /** A matrix [inputs, outputs] that only its bias has the name of. */
  product(name: string): ByteWeights {
    const bias = `${ROOT}.${name}.bias`;
    return { ...this.#matrix(this.#productBefore(bias)), bias: this.#floats(bias) };
  }

  /** Of queries, keys and values, which are products of the same rows; that of the keys has no bias. */
  attention(name: string): readonly [queries: ByteWeights, keys: ByteWeights, values: ByteWeights] {
    const [queries, values] = [`${name}.q_proj`, `${name}.v_proj`] as const;
    const known = [queries, values].map((each) => this.#productBefore(`${ROOT}.${each}.bias`));
    const all = this.#graph.consumers.get(known[0]?.inputs[0] ?? '') ?? [];
    const keys = all.filter((node) => node.opType === 'MatMul' && !known.includes(node));
    const [node] = keys;
    if (node === undefined || keys.length > 1) throw new RangeError(`onnx: ${name} has no keys`);
    return [this.product(queries), this.#matrix(node), this.product(values)];
  }

  /** The `MatMul` whose result the bias is added to, once it is rounded. */
  #productBefore(bias: string): OnnxNode {
    const [sum] = this.#graph.consumers.get(bias) ?? [];
    let node = this.#graph.producers.get(sum?.inputs.find((input) => input !== bias) ?? '');
    while (node !== undefined && ROUNDING.has(node.opType)) {
      node = this.#graph.producers.get(node.inputs[0] ?? '');
    }
    if (node?.opType !== 'MatMul') throw new RangeError(`onnx: no product before ${bias}`);
    return node;
  }

  #matrix({ name, inputs: [, weights = ''] }: OnnxNode): ByteWeights {
    const [quantised, scales, zeroPoints] = this.#graph.producers.get(weights)?.inputs ?? [];
    if (quantised === undefined || scales === undefined || zeroPoints === undefined) {
      throw new RangeError(`onnx: ${name} has no weights of 8 bits`);
    }
    const { data, dims } = this.#bytes(quantised);
    const [inputs = 0, outputs = 0] = dims;
    return {
      ...{ bytes: data, isSigned: true, outputs, inputs, taps: 1 },
      ...{ outputStride: 1, inputStride: outputs },
      zeroPoints: new Int8Array(this.#bytes(zeroPoints).data),
      scales: this.#floats(scales),
    };
  }

  #quantisedBias(name: string): Float32Array {
    const { dataType, data } = this.#tensor(name);
    if (dataType !== DATA_TYPE.int32) throw new RangeError(`onnx: ${name} does not hold integers`);
    const scales = this.#floats(`${name}_scale`);
    return Float32Array.from(
      new Int32Array(data.slice().buffer),
      (value, at) => value * (scales[scales.length === 1 ? 0 : at] ?? 0),
    );
  }

  #bytes(name: string): TensorContent {
    const content = this.#tensor(name);
    if (content.dataType === DATA_TYPE.int8) return content;
    throw new RangeError(`onnx: ${name} does not hold signed bytes`);
  }

  #floats(name: string): Float32Array {
    const { dataType, data } = this.#tensor(name);
    if (dataType !== DATA_TYPE.float) throw new RangeError(`onnx: ${name} does not hold floats`);
    return new Float32Array(data.slice().buffer);
  }

  #tensor(name: string): TensorContent {
    const content = this.#model.tensor(name);
    if (content === undefined) throw new RangeError(`onnx: the graph has no tensor ${name}`);
    return content;
  }
}
