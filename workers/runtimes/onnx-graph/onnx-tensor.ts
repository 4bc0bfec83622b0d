// Tensors of an ONNX file and their values; pure. In a worker or in Node.
import { integersOf, MessageWriter, readFields, textOf } from './protobuf.ts';

/** Numbers of ONNX's `TensorProto.DataType` that occur here. */
export const DATA_TYPE = { float: 1, uint8: 2, int8: 3, int32: 6, int64: 7 } as const;

export interface TensorContent {
  readonly dataType: number;
  readonly dims: readonly number[];
  /** Little-endian, row-major. A view where the file holds it so. */
  readonly data: Uint8Array;
}

/** A tensor's values outside of the model's bytes. */
export interface ExternalData {
  /** As the model names it. */
  readonly path: string;
  /** Where it came from the file, a view of the file. */
  readonly data: Uint8Array;
}

/** Smaller tensors are not worth a file of their own, and a runtime looks into shapes while it reads the graph. */
const LARGE_BYTES = 4_096;

const TENSOR = {
  ...{ dims: 1, type: 2, floats: 4, int32s: 5, int64s: 7, name: 8, raw: 9 },
  ...{ external: 13, location: 14 },
} as const;
/** Of `TensorProto.DataLocation`. */
const EXTERNAL = 1;
/** Of `StringStringEntryProto`. */
const ENTRY = { key: 1, value: 2 } as const;

/** Whether it is worth to lie beside the model; of encoded ones those whose values are bytes. */
export function isLarge(tensor: Uint8Array | TensorContent): boolean {
  if (!(tensor instanceof Uint8Array)) return tensor.data.length >= LARGE_BYTES;
  if (tensor.length < LARGE_BYTES) return false;
  for (const { number } of readFields(tensor)) if (number === TENSOR.raw) return true;
  return false;
}

/** The name of an encoded `TensorProto`. */
export function tensorName(raw: Uint8Array): string {
  return textOf(raw, TENSOR.name);
}

/** The encoded `TensorProto`; `data` is kept by reference until the message is written. */
export function toTensorMessage(name: string, content: TensorContent): MessageWriter {
  return toHead(name, content).bytes(TENSOR.raw, content.data);
}

/** A `TensorProto` whose values lie beside the model: they are added to `externalData`. */
export function toExternalMessage(
  name: string,
  content: TensorContent,
  externalData: ExternalData[],
): MessageWriter {
  const path = `tensor-${externalData.length}`;
  externalData.push({ path, data: content.data });
  const message = toHead(name, content);
  const entries = { location: path, offset: '0', length: String(content.data.length) };
  for (const [key, value] of Object.entries(entries)) {
    const entry = new MessageWriter().string(ENTRY.key, key).string(ENTRY.value, value);
    message.message(TENSOR.external, entry);
  }
  return message.varint(TENSOR.location, EXTERNAL);
}

function toHead(name: string, { dims, dataType }: TensorContent): MessageWriter {
  const message = new MessageWriter();
  for (const dim of dims) message.varint(TENSOR.dims, dim);
  return message.varint(TENSOR.type, dataType).string(TENSOR.name, name);
}

/** The values of an encoded `TensorProto`. Throws `RangeError` for types that are not read. */
export function toContent(raw: Uint8Array): TensorContent {
  const dims: number[] = [];
  const typed: bigint[] = [];
  let dataType = 0;
  let data: Uint8Array | undefined;
  for (const field of readFields(raw)) {
    if (field.number === TENSOR.dims) dims.push(...integersOf(field).map(Number));
    else if (field.number === TENSOR.type) dataType = Number(field.varint);
    else if (field.number === TENSOR.raw || field.number === TENSOR.floats) data = field.bytes;
    else if (field.number === TENSOR.int32s || field.number === TENSOR.int64s) {
      typed.push(...integersOf(field));
    }
  }
  return { dataType, dims, data: data ?? toLittleEndian(typed, dataType) };
}

/** Small tensors may be written as numbers instead of bytes. */
function toLittleEndian(values: readonly bigint[], dataType: number): Uint8Array {
  switch (dataType) {
    case DATA_TYPE.uint8:
    case DATA_TYPE.int8:
      return Uint8Array.from(values, (value) => Number(BigInt.asUintN(8, value)));
    case DATA_TYPE.int32:
      return new Uint8Array(Int32Array.from(values, Number).buffer);
    case DATA_TYPE.int64:
      return new Uint8Array(BigInt64Array.from(values).buffer);
    default:
      throw new RangeError(`onnx: a tensor of type ${dataType} is not read`);
  }
}
