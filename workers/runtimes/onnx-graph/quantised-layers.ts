// Layers of a graph by their names, their weights as the bytes of the file; pure. Worker or Node.
import type { ByteWeights } from '../network/byte-product.ts';
import type { RecurrentWeights } from '../network/recurrent-layer.ts';
import type { OnnxModel } from './onnx-model.ts';
import type { OnnxNode } from './onnx-node.ts';
import { DATA_TYPE } from './onnx-tensor.ts';
import type { TensorContent } from './onnx-tensor.ts';
import { indexNodes, matchConvolution } from './quantised-convolution.ts';
import type { NodeIndex } from './quantised-convolution.ts';

/** Inputs of `DynamicQuantizeLSTM`. */
const RECURRENT = { inputs: 1, states: 2, bias: 3, inputScales: 8, stateScales: 10 } as const;
const DIRECTIONS = 2;
const GATES = 4;
/** Signals have a multiple of so many channels. */
const CHANNEL_STEP = 8;

/** Rows of numbers. */
export interface Embedding {
  readonly width: number;
  /** Row-major. */
  readonly values: Float32Array;
}

/** Reads dynamically quantised layers. All methods throw `RangeError` for a layer that the graph does not have. */
export class QuantisedLayers {
  readonly #model: OnnxModel;
  readonly #graph: NodeIndex;
  readonly #nodes: ReadonlyMap<string, OnnxNode>;

  constructor(model: OnnxModel) {
    this.#model = model;
    this.#graph = indexNodes(model.nodes);
    this.#nodes = new Map(model.nodes.map((node) => [node.name, node]));
  }

  has(name: string): boolean {
    return this.#nodes.has(name);
  }

  hasConvolution(layer: string): boolean {
    return this.has(`${layer}/Conv_quant`);
  }

  convolution(layer: string): ByteWeights {
    const node = this.#node(`${layer}/Conv_quant`);
    const found = matchConvolution(node, { model: this.#model, graph: this.#graph });
    if (found === null) throw new RangeError(`onnx: ${layer} is no convolution as expected`);
    const { weights, weightScale, weightZeroPoint, bias } = found;
    const [outputs = 0, inputs = 0, taps = 0] = weights.dims;
    return {
      ...{ bytes: weights.data, isSigned: weights.dataType === DATA_TYPE.int8 },
      ...{ outputs, inputs, taps, outputStride: inputs * taps, inputStride: taps },
      // As wide as signals of so many channels are.
      width: Math.ceil(inputs / CHANNEL_STEP) * CHANNEL_STEP,
      ...{ scales: this.#floats(weightScale), zeroPoints: [weightZeroPoint] },
      ...(bias !== null && { bias: this.#floats(bias) }),
    };
  }

  /** A matrix [inputs, outputs] of signed bytes around 0, and the bias that is added to its product. */
  matrix(name: string): ByteWeights {
    const node = this.#node(`${name}_quant`);
    const [, weightName = '', , zeroPoint = ''] = node.inputs;
    const weights = this.#tensor(weightName);
    if (weights.dataType !== DATA_TYPE.int8 || this.#tensor(zeroPoint).data.some((z) => z !== 0)) {
      throw new RangeError(`onnx: the weights of ${name} are not around 0`);
    }
    const [inputs = 0, outputs = 0] = weights.dims;
    const cast = this.#consumer(node);
    const product = this.#consumer(cast);
    const factor = product.inputs.find((input) => !cast.outputs.includes(input)) ?? '';
    const scales = this.#graph.producers
      .get(factor)
      ?.inputs.find((it) => this.#model.hasTensor(it));
    const bias = this.#consumer(product).inputs.find((input) => this.#model.hasTensor(input));
    return {
      ...{ bytes: weights.data, isSigned: true, outputs, inputs, taps: 1 },
      ...{ outputStride: 1, inputStride: outputs, zeroPoints: [0] },
      ...{ scales: this.#floats(scales ?? ''), bias: this.#floats(bias ?? '') },
    };
  }

  recurrent(name: string): RecurrentWeights {
    const { inputs } = this.#node(name);
    const tensor = (index: number): TensorContent => this.#tensor(inputs[index] ?? '');
    const floats = (index: number): Float32Array => this.#floats(inputs[index] ?? '');
    const weights = tensor(RECURRENT.inputs);
    const states = tensor(RECURRENT.states);
    const [, width = 0, outputs = 0] = weights.dims;
    const bias = floats(RECURRENT.bias);
    const scales = floats(RECURRENT.inputScales);
    const ofDirection = (direction: number): ByteWeights => {
      const at = direction * width * outputs;
      const first = direction * 2 * outputs;
      return {
        ...{ bytes: weights.data.subarray(at, at + width * outputs), isSigned: true },
        ...{ outputs, inputs: width, taps: 1, outputStride: 1, inputStride: outputs },
        ...{ scales: scales.subarray(direction, direction + 1), zeroPoints: [0] },
        // One of the input and one of the state.
        bias: bias
          .slice(first, first + outputs)
          .map((b, o) => b + (bias[first + outputs + o] ?? 0)),
      };
    };
    return {
      size: outputs / GATES,
      inputs: Array.from({ length: DIRECTIONS }, (_, direction) => ofDirection(direction)),
      states: states.data,
      scales: floats(RECURRENT.stateScales),
    };
  }

  embedding(name: string): Embedding {
    const node = this.#node(`${name}_quant`);
    const { data, dims } = this.#tensor(node.inputs[0] ?? '');
    const scale = this.#floats(this.#consumer(node).inputs[1] ?? '')[0] ?? 0;
    const values = new Float32Array(data.length);
    const bytes = new Int8Array(data.buffer, data.byteOffset, data.length);
    for (let index = 0; index < bytes.length; index++) values[index] = (bytes[index] ?? 0) * scale;
    return { width: dims[1] ?? 0, values };
  }

  /** An input of a node that is constant. */
  constant(name: string, index: number): Float32Array {
    return this.#floats(this.#node(name).inputs[index] ?? '');
  }

  #node(name: string): OnnxNode {
    const node = this.#nodes.get(name);
    if (node === undefined) throw new RangeError(`onnx: the graph has no ${name}`);
    return node;
  }

  /** The first node that reads what a node makes. */
  #consumer(node: OnnxNode): OnnxNode {
    const consumer = this.#graph.consumers.get(node.outputs[0] ?? '')?.[0];
    if (consumer === undefined) throw new RangeError(`onnx: nothing follows ${node.name}`);
    return consumer;
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
