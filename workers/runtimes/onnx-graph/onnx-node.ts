// Nodes of an ONNX graph and their attributes; pure. In a worker or in Node.
import { integersOf, MessageWriter, readFields, textOf, toText } from './protobuf.ts';

export interface OnnxNode {
  readonly opType: string;
  readonly domain: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
}

export interface OnnxAttribute {
  /** The encoded `AttributeProto`. */
  readonly raw: Uint8Array;
  /** Values of an `INT` or `INTS` attribute; empty for others. */
  readonly ints: readonly number[];
}

const NODE = { input: 1, output: 2, name: 3, opType: 4, attribute: 5, domain: 7 } as const;
const ATTRIBUTE = { name: 1, int: 3, graph: 6, ints: 8, graphs: 11, type: 20 } as const;
const ATTRIBUTE_TYPE = { int: 2, ints: 7 } as const;

export function intAttribute(name: string, value: number): OnnxAttribute {
  const raw = new MessageWriter().string(ATTRIBUTE.name, name).varint(ATTRIBUTE.int, value);
  return { raw: raw.varint(ATTRIBUTE.type, ATTRIBUTE_TYPE.int).toBytes(), ints: [value] };
}

export function intsAttribute(name: string, values: readonly number[]): OnnxAttribute {
  const raw = new MessageWriter().string(ATTRIBUTE.name, name);
  for (const value of values) raw.varint(ATTRIBUTE.ints, value);
  return { raw: raw.varint(ATTRIBUTE.type, ATTRIBUTE_TYPE.ints).toBytes(), ints: values };
}

/** The first value of an integer attribute. */
export function intOf(node: OnnxNode, name: string, missing: number): number {
  return node.attributes.get(name)?.ints[0] ?? missing;
}

/** Throws `RangeError` for a node that holds a graph of its own (`If`, `Loop`). */
export function toNode(bytes: Uint8Array): OnnxNode {
  const fields = [...readFields(bytes)];
  const texts = (number: number): string[] =>
    fields.filter((field) => field.number === number).map((field) => toText(field.bytes));
  const attributes = fields.filter((field) => field.number === NODE.attribute);
  return {
    opType: texts(NODE.opType)[0] ?? '',
    domain: texts(NODE.domain)[0] ?? '',
    name: texts(NODE.name)[0] ?? '',
    inputs: texts(NODE.input),
    outputs: texts(NODE.output),
    attributes: new Map(attributes.map((field) => toAttribute(field.bytes))),
  };
}

function toAttribute(raw: Uint8Array): [string, OnnxAttribute] {
  const ints: number[] = [];
  for (const field of readFields(raw)) {
    if (field.number === ATTRIBUTE.int || field.number === ATTRIBUTE.ints) {
      ints.push(...integersOf(field).map(Number));
    } else if (field.number === ATTRIBUTE.graph || field.number === ATTRIBUTE.graphs) {
      throw new RangeError('onnx: nested graphs are not read');
    }
  }
  return [textOf(raw, ATTRIBUTE.name), { raw, ints }];
}

export function toNodeMessage(node: OnnxNode): MessageWriter {
  const message = new MessageWriter();
  for (const input of node.inputs) message.string(NODE.input, input);
  for (const output of node.outputs) message.string(NODE.output, output);
  message.string(NODE.name, node.name).string(NODE.opType, node.opType);
  for (const { raw } of node.attributes.values()) message.bytes(NODE.attribute, raw);
  return node.domain === '' ? message : message.string(NODE.domain, node.domain);
}
