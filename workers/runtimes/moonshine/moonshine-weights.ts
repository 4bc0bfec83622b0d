// Reads the layers of one of Moonshine's two ONNX files; pure, without copies of the large ones. Worker or Node.
import type { ByteWeights } from '../network/byte-product.ts';
import { GRAPH, MODEL_GRAPH } from '../onnx-graph/onnx-fields.ts';
import { toNode } from '../onnx-graph/onnx-node.ts';
import { DATA_TYPE, tensorName, toContent } from '../onnx-graph/onnx-tensor.ts';
import type { TensorContent } from '../onnx-graph/onnx-tensor.ts';
import { readFields, textOf } from '../onnx-graph/protobuf.ts';

/** Of `NodeProto` and `AttributeProto`. */
const NODE = { name: 3, attribute: 5 } as const;
const ATTRIBUTE = { name: 1, graph: 6 } as const;

const NAMELESS = /\/MatMul_quant$|^\/groupnorm\//u;

/** The names of one file begin, and those of its tensors end, all alike. */
export interface MoonshineNames {
  /** In front of the layers of nodes and tensors: `model.decoder.` or nothing. */
  readonly prefix: string;
  readonly suffix: string;
  /** Of the graph's `If`, where the nodes are; null for those of the graph itself. */
  readonly branch: string | null;
}

/** All methods throw `RangeError` for a layer that the file does not have as expected. */
export class MoonshineWeights {
  readonly #names: MoonshineNames;
  /** Encoded, by name. */
  readonly #tensors = new Map<string, Uint8Array>();
  /** Inputs of the nodes that compute with weights whose names say nothing, by the node's name. */
  readonly #inputs = new Map<string, readonly string[]>();

  /** Throws `RangeError` when the bytes are no ONNX model. */
  constructor(file: Uint8Array, names: MoonshineNames) {
    this.#names = names;
    for (const graph of fieldsOf(file, MODEL_GRAPH)) {
      for (const tensor of fieldsOf(graph, GRAPH.initializer)) {
        this.#tensors.set(tensorName(tensor), tensor);
      }
      for (const node of nodesOf(graph, names.branch)) {
        const name = textOf(node, NODE.name);
        if (NAMELESS.test(name)) this.#inputs.set(name, toNode(node).inputs);
      }
    }
  }

  has(layer: string): boolean {
    return this.#tensors.has(this.#tensorOf(layer));
  }

  /** The matrix of a layer such as `layers.0.mlp.fc1`. */
  product(layer: string): ByteWeights {
    const node = `/${(this.#names.prefix + layer).replace(/\.(?!\d)/gu, '/')}/MatMul_quant`;
    const [, name = '', , zeroPoint = ''] = this.#inputsOf(node);
    const { data, dims, dataType } = this.#tensor(name);
    const [inputs = 0, outputs = 0] = dims;
    const bias = this.#tensorOf(`${layer}.bias`);
    return {
      ...{ bytes: data, isSigned: false, inputs, outputs, taps: 1 },
      ...{ outputStride: 1, inputStride: outputs },
      zeroPoints: this.#bytes(zeroPoint, dataType),
      scales: this.#floats(name.replace(/_quantized$/u, '_scale')),
      ...(this.#tensors.has(bias) && { bias: this.#floats(bias) }),
    };
  }

  /** A convolution [outputs, inputs, taps], whose bytes become floats by a factor and an offset. */
  convolution(layer: string): ByteWeights {
    const { data, dims, dataType } = this.#tensor(`${layer}.weight_quantized`);
    if (dataType !== DATA_TYPE.int8) throw new RangeError(`onnx: ${layer} has no signed bytes`);
    const [outputs = 0, inputs = 0, taps = 0] = dims;
    const scales = this.#floats(`${layer}.weight_scale`);
    const [offset = 0] = this.#floats(`${layer}.weight_zero_point`);
    return {
      ...{ bytes: data, isSigned: true, inputs, outputs, taps, scales },
      ...{ outputStride: inputs * taps, inputStride: taps },
      zeroPoints: [Math.round(-offset / (scales[0] ?? 1))],
      ...(this.#tensors.has(`${layer}.bias`) && { bias: this.#floats(`${layer}.bias`) }),
    };
  }

  /** A row of weights for each token. */
  embedding(layer: string): ByteWeights {
    const name = this.#tensorOf(`${layer}.weight`);
    const { data, dims, dataType } = this.#tensor(`${name}_quantized`);
    const [outputs = 0, inputs = 0] = dims;
    return {
      ...{ bytes: data, isSigned: false, inputs, outputs, taps: 1 },
      ...{ outputStride: inputs, inputStride: 1 },
      zeroPoints: this.#bytes(`${name}_zero_point`, dataType),
      scales: this.#floats(`${name}_scale`),
    };
  }

  /** What the norm of the stem multiplies a channel by, and what it adds then. */
  stemNorm(): { readonly factors: Float32Array; readonly offsets: Float32Array } {
    const [, factors = ''] = this.#inputsOf('/groupnorm/Mul');
    const [, offsets = ''] = this.#inputsOf('/groupnorm/Add');
    return { factors: this.#floats(factors), offsets: this.#floats(offsets) };
  }

  vector(layer: string): Float32Array {
    return this.#floats(this.#tensorOf(layer));
  }

  #inputsOf(node: string): readonly string[] {
    const inputs = this.#inputs.get(node);
    if (inputs === undefined) throw new RangeError(`onnx: there is no node ${node}`);
    return inputs;
  }

  #tensorOf(layer: string): string {
    return this.#names.prefix + layer + this.#names.suffix;
  }

  #floats(name: string): Float32Array {
    const { data, dataType } = this.#tensor(name);
    if (dataType !== DATA_TYPE.float) throw new RangeError(`onnx: ${name} does not hold floats`);
    return new Float32Array(data.slice().buffer);
  }

  #bytes(name: string, likeType: number): Uint8Array {
    const { data, dataType } = this.#tensor(name);
    const isExpected = dataType === DATA_TYPE.uint8 && likeType === DATA_TYPE.uint8;
    if (!isExpected) throw new RangeError(`onnx: ${name} is not of unsigned bytes`);
    return data;
  }

  #tensor(name: string): TensorContent {
    const tensor = this.#tensors.get(name);
    if (tensor === undefined) throw new RangeError(`onnx: there is no tensor ${name}`);
    return toContent(tensor);
  }
}

function* nodesOf(graph: Uint8Array, branch: string | null): Generator<Uint8Array> {
  if (branch === null) {
    yield* fieldsOf(graph, GRAPH.node);
    return;
  }
  for (const node of fieldsOf(graph, GRAPH.node)) {
    for (const attribute of fieldsOf(node, NODE.attribute)) {
      if (textOf(attribute, ATTRIBUTE.name) !== branch) continue;
      for (const inner of fieldsOf(attribute, ATTRIBUTE.graph)) yield* fieldsOf(inner, GRAPH.node);
    }
  }
}

function* fieldsOf(message: Uint8Array, number: number): Generator<Uint8Array> {
  for (const field of readFields(message)) if (field.number === number) yield field.bytes;
}
