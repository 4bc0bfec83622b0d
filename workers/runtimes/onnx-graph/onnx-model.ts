// An ONNX file as nodes and tensors that can be changed and written back; pure. In a worker or in Node.
import { toNode, toNodeMessage } from './onnx-node.ts';
import type { OnnxNode } from './onnx-node.ts';
import { GRAPH, MODEL_GRAPH } from './onnx-fields.ts';
import {
  isLarge,
  tensorName,
  toContent,
  toExternalMessage,
  toTensorMessage,
} from './onnx-tensor.ts';
import type { ExternalData, TensorContent } from './onnx-tensor.ts';
import { bytesOf, MessageWriter, readFields, textOf } from './protobuf.ts';

/** Of `ValueInfoProto`, `TypeProto` and `TypeProto.Tensor`. */
const [VALUE_TYPE, TENSOR_TYPE, ELEMENT_TYPE] = [2, 1, 1];

/** Encoded where it is the file's. */
type StoredTensor = Uint8Array | TensorContent;

/**
 * A model in memory. Whatever is not known here (metadata, operator sets, inputs) is written back as it
 * was read. Tensors stay views of the file until {@link OnnxModel.toBytes}.
 */
export class OnnxModel {
  nodes: OnnxNode[] = [];
  /** By name. */
  readonly #tensors = new Map<string, StoredTensor>();
  /** Encoded, by name. */
  readonly #inputs = new Map<string, MessageWriter>();
  /** Encoded, by name. */
  readonly #outputs = new Map<string, MessageWriter>();
  /** Shapes of inner values, as the exporter knew them. */
  #valueInfo: Uint8Array[] = [];
  readonly #modelRest: Uint8Array[] = [];
  readonly #graphRest: Uint8Array[] = [];

  private constructor() {
    // Made by `parse` alone.
  }

  /** Throws `RangeError` when the bytes are no ONNX model or hold nested graphs, which are not read. */
  static parse(bytes: Uint8Array): OnnxModel {
    const model = new OnnxModel();
    for (const field of readFields(bytes)) {
      if (field.number === MODEL_GRAPH) model.#readGraph(field.bytes);
      else model.#modelRest.push(field.raw);
    }
    if (model.nodes.length === 0) throw new RangeError('onnx: the file holds no graph');
    return model;
  }

  /** Null where {@link OnnxModel.parse} throws a `RangeError`: the runtime says what is wrong with the file. */
  static tryParse(bytes: Uint8Array): OnnxModel | null {
    try {
      return OnnxModel.parse(bytes);
    } catch (error) {
      if (error instanceof RangeError) return null;
      throw error;
    }
  }

  get outputs(): readonly string[] {
    return [...this.#outputs.keys()];
  }

  hasTensor(name: string): boolean {
    return this.#tensors.has(name);
  }

  /** The values of an initialiser; undefined when there is none of that name. */
  tensor(name: string): TensorContent | undefined {
    const tensor = this.#tensors.get(name);
    return tensor instanceof Uint8Array ? toContent(tensor) : tensor;
  }

  setTensor(name: string, content: TensorContent): void {
    this.#tensors.set(name, content);
  }

  /** As ONNX's `TensorProto.DataType` has it; undefined when there is none of that name. */
  inputType(name: string): number | undefined {
    const input = this.#inputs.get(name)?.toBytes() ?? new Uint8Array();
    const tensorType = bytesOf(bytesOf(input, VALUE_TYPE), TENSOR_TYPE);
    for (const { number, varint } of readFields(tensorType)) {
      if (number === ELEMENT_TYPE) return Number(varint);
    }
    return undefined;
  }

  /** Gives an input another shape. What the file says of inner shapes is forgotten: it may be wrong now. */
  setInput(
    name: string,
    type: { readonly dataType: number; readonly dims: readonly number[] },
  ): void {
    this.#inputs.set(name, toValueInfo(name, type));
    this.#valueInfo = [];
  }

  removeInput(name: string): void {
    this.#inputs.delete(name);
  }

  /** Makes a value of the graph an output of the model as well. */
  addOutput(name: string, dataType: number): void {
    this.#outputs.set(name, toValueInfo(name, { dataType, dims: null }));
  }

  /** The value stays in the graph until {@link OnnxModel.prune}. */
  removeOutput(name: string): void {
    this.#outputs.delete(name);
  }

  /** Drops nodes and tensors that no output depends on. Nodes are in topological order, as in any file. */
  prune(): void {
    const used = new Set(this.#outputs.keys());
    const kept: OnnxNode[] = [];
    for (const node of this.nodes.toReversed()) {
      if (!node.outputs.some((output) => used.has(output))) continue;
      for (const input of node.inputs) used.add(input);
      kept.push(node);
    }
    this.nodes = kept.reverse();
    for (const name of this.#tensors.keys()) if (!used.has(name)) this.#tensors.delete(name);
  }

  toBytes(): Uint8Array<ArrayBuffer> {
    return this.#write(toMessage);
  }

  /** As {@link OnnxModel.toBytes}, but large tensors stay where they are: no copy of them is made. */
  toParts(): { readonly bytes: Uint8Array<ArrayBuffer>; readonly externalData: ExternalData[] } {
    const externalData: ExternalData[] = [];
    const bytes = this.#write((name, tensor) => {
      if (!isLarge(tensor)) return toMessage(name, tensor);
      const content = tensor instanceof Uint8Array ? toContent(tensor) : tensor;
      return toExternalMessage(name, content, externalData);
    });
    return { bytes, externalData };
  }

  #write(encode: (name: string, tensor: StoredTensor) => MessageWriter): Uint8Array<ArrayBuffer> {
    const graph = new MessageWriter();
    for (const node of this.nodes) graph.message(GRAPH.node, toNodeMessage(node));
    for (const [name, tensor] of this.#tensors) {
      graph.message(GRAPH.initializer, encode(name, tensor));
    }
    for (const input of this.#inputs.values()) graph.message(GRAPH.input, input);
    for (const output of this.#outputs.values()) graph.message(GRAPH.output, output);
    for (const field of [...this.#graphRest, ...this.#valueInfo]) graph.raw(field);
    const model = new MessageWriter();
    for (const field of this.#modelRest) model.raw(field);
    return model.message(MODEL_GRAPH, graph).toBytes();
  }

  #readGraph(bytes: Uint8Array): void {
    for (const field of readFields(bytes)) {
      if (field.number === GRAPH.node) this.nodes.push(toNode(field.bytes));
      else if (field.number === GRAPH.initializer) {
        this.#tensors.set(tensorName(field.bytes), field.bytes);
      } else if (field.number === GRAPH.input) {
        this.#inputs.set(textOf(field.bytes, 1), new MessageWriter().raw(field.bytes));
      } else if (field.number === GRAPH.valueInfo) {
        this.#valueInfo.push(field.raw);
      } else if (field.number === GRAPH.output) {
        this.#outputs.set(textOf(field.bytes, 1), new MessageWriter().raw(field.bytes));
      } else {
        this.#graphRest.push(field.raw);
      }
    }
  }
}

function toMessage(name: string, tensor: StoredTensor): MessageWriter {
  if (tensor instanceof Uint8Array) return new MessageWriter().raw(tensor);
  return toTensorMessage(name, tensor);
}

/** `dims` null: of any shape. */
function toValueInfo(
  name: string,
  { dataType, dims }: { readonly dataType: number; readonly dims: readonly number[] | null },
): MessageWriter {
  const tensorType = new MessageWriter().varint(1, dataType);
  if (dims !== null) {
    const shape = new MessageWriter();
    for (const dim of dims) shape.message(1, new MessageWriter().varint(1, dim));
    tensorType.message(2, shape);
  }
  const type = new MessageWriter().message(1, tensorType);
  return new MessageWriter().string(1, name).message(2, type);
}
