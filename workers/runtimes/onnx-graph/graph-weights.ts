// Layers of a graph by their names, their weights as floats; pure. Worker or Node.
import type { OnnxModel } from './onnx-model.ts';
import type { OnnxNode } from './onnx-node.ts';
import { DATA_TYPE } from './onnx-tensor.ts';
import type { TensorContent } from './onnx-tensor.ts';
import { indexNodes, matchConvolution } from './quantised-convolution.ts';
import type { NodeIndex } from './quantised-convolution.ts';

export interface LayerWeights {
  /** Row-major, of the shape `dims`. */
  readonly weights: Float32Array;
  readonly dims: readonly number[];
  /** One per output. */
  readonly bias: Float32Array;
  readonly stride: number;
  readonly dilation: number;
}

/** Reads the layers of one graph. All methods throw `RangeError` for a layer that the graph does not have. */
export class GraphWeights {
  readonly #model: OnnxModel;
  readonly #graph: NodeIndex;
  readonly #nodes: ReadonlyMap<string, OnnxNode>;

  constructor(model: OnnxModel) {
    this.#model = model;
    this.#graph = indexNodes(model.nodes);
    this.#nodes = new Map(model.nodes.map((node) => [node.name, node]));
  }

  /** A dynamically quantised convolution: [outputs, inputs, taps]. */
  convolution(layer: string): LayerWeights {
    const node = this.#node(`${layer}/Conv_quant`);
    const found = matchConvolution(node, { model: this.#model, graph: this.#graph });
    if (found === null) throw new RangeError(`onnx: ${layer} is no convolution as expected`);
    const { weights, weightScale, weightZeroPoint, bias } = found;
    const scale = this.#floats(weightScale)[0] ?? 0;
    const bytes = weights.dataType === DATA_TYPE.int8 ? new Int8Array(weights.data) : weights.data;
    const [outputs = 0] = weights.dims;
    const floats = new Float32Array(bytes.length);
    // Not `from` with a function: twenty times as long for 20 million weights.
    for (let index = 0; index < bytes.length; index++) {
      floats[index] = ((bytes[index] ?? 0) - weightZeroPoint) * scale;
    }
    return {
      weights: floats,
      dims: weights.dims,
      bias: bias === null ? new Float32Array(outputs) : this.#floats(bias),
      ...stepsOf(node),
    };
  }

  /** A float convolution, plain [outputs, inputs, taps] or transposed [inputs, outputs, taps]. */
  floatConvolution(name: string): LayerWeights {
    const node = this.#node(name);
    const [, weights = '', bias = ''] = node.inputs;
    const { dims, ...content } = this.#tensor(weights);
    const outputs = (node.opType === 'ConvTranspose' ? dims[1] : dims[0]) ?? 0;
    return {
      weights: toFloats({ dims, ...content }, weights),
      dims,
      bias: bias === '' ? new Float32Array(outputs) : this.#floats(bias),
      ...stepsOf(node),
    };
  }

  has(name: string): boolean {
    return this.#nodes.has(name);
  }

  /** The value that a layer computes with. */
  inputOf(name: string): string {
    return this.#node(name).inputs[0] ?? '';
  }

  /** The constant floats that a node computes with, row-major. */
  constantOf(name: string): { readonly values: Float32Array; readonly dims: readonly number[] } {
    const constant = this.#node(name).inputs.find((input) => this.#model.hasTensor(input));
    if (constant === undefined) throw new RangeError(`onnx: ${name} has no constant`);
    return { values: this.#floats(constant), dims: this.#tensor(constant).dims };
  }

  /** The vector that the input of a sine is multiplied by. */
  sineFactors(name: string): Float32Array {
    const product = this.#graph.producers.get(this.#node(name).inputs[0] ?? '');
    const factors = product?.inputs.find((input) => this.#model.hasTensor(input));
    if (factors === undefined) throw new RangeError(`onnx: ${name} has no factors`);
    return this.#floats(factors);
  }

  #node(name: string): OnnxNode {
    const node = this.#nodes.get(name);
    if (node === undefined) throw new RangeError(`onnx: the graph has no ${name}`);
    return node;
  }

  #floats(name: string): Float32Array {
    return toFloats(this.#tensor(name), name);
  }

  #tensor(name: string): TensorContent {
    const content = this.#model.tensor(name);
    if (content === undefined) throw new RangeError(`onnx: the graph has no tensor ${name}`);
    return content;
  }
}

function toFloats({ dataType, data }: TensorContent, name: string): Float32Array {
  if (dataType !== DATA_TYPE.float) throw new RangeError(`onnx: ${name} does not hold floats`);
  return new Float32Array(data.slice().buffer);
}

function stepsOf({ attributes }: OnnxNode): { stride: number; dilation: number } {
  const [stride = 1] = attributes.get('strides')?.ints ?? [];
  const [dilation = 1] = attributes.get('dilations')?.ints ?? [];
  return { stride, dilation };
}
