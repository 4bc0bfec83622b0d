// The protobuf wire format, as much as ONNX files need; pure. In a worker or in Node.

export interface WireField {
  readonly number: number;
  /** 0 varint, 1 eight bytes, 2 length-delimited, 5 four bytes. */
  readonly wire: number;
  /** The value of a varint; 0 for others. */
  readonly varint: bigint;
  /** The payload of the other wire types; a view into the message. */
  readonly bytes: Uint8Array;
  /** The whole field with its tag, to be copied as it is; a view into the message. */
  readonly raw: Uint8Array;
}

const NO_BYTES = new Uint8Array(0);
const CONTINUES = 0x80n;

/** The fields of one message in order. Throws `RangeError` when the bytes are cut off or no protobuf. */
export function* readFields(message: Uint8Array): Generator<WireField, void, undefined> {
  let at = 0;
  const next = (): bigint => {
    const [value, end] = readVarint(message, at);
    at = end;
    return value;
  };
  while (at < message.length) {
    const start = at;
    const tag = Number(next());
    const wire = tag & 7;
    const varint = wire === 0 ? next() : 0n;
    const length = payloadLength(wire, next);
    if (at + length > message.length) throw new RangeError('protobuf: a field is cut off');
    const bytes = length === 0 ? NO_BYTES : message.subarray(at, at + length);
    at += length;
    yield { number: tag >>> 3, wire, varint, bytes, raw: message.subarray(start, at) };
  }
}

function payloadLength(wire: number, next: () => bigint): number {
  switch (wire) {
    case 0:
      return 0;
    case 1:
      return 8;
    case 2:
      return Number(next());
    case 5:
      return 4;
    default:
      throw new RangeError(`protobuf: wire type ${wire} is not known`);
  }
}

function readPacked(bytes: Uint8Array): bigint[] {
  const values: bigint[] = [];
  let at = 0;
  while (at < bytes.length) {
    const [value, end] = readVarint(bytes, at);
    values.push(value);
    at = end;
  }
  return values;
}

function readVarint(bytes: Uint8Array, start: number): [value: bigint, end: number] {
  let value = 0n;
  let at = start;
  for (let shift = 0n; shift < 64n; shift += 7n) {
    const byte = bytes[at];
    if (byte === undefined) throw new RangeError('protobuf: a number is cut off');
    at += 1;
    value |= (BigInt(byte) & 0x7fn) << shift;
    if (byte < 0x80) return [value, at];
  }
  throw new RangeError('protobuf: a number is too long');
}

/** The values of a repeated integer field, packed or not. */
export function integersOf(field: WireField): bigint[] {
  const values = field.wire === 0 ? [field.varint] : readPacked(field.bytes);
  return values.map((value) => BigInt.asIntN(64, value));
}

/** The first string field of that number; empty when there is none. */
export function textOf(message: Uint8Array, number: number): string {
  for (const field of readFields(message)) if (field.number === number) return toText(field.bytes);
  return '';
}

/** The payload of the first field of that number; empty when there is none. */
export function bytesOf(message: Uint8Array, number: number): Uint8Array {
  for (const field of readFields(message)) if (field.number === number) return field.bytes;
  return NO_BYTES;
}

export function toText(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** Builds one message. Payloads are kept by reference until `toBytes` copies each once. */
export class MessageWriter {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** A field as it was read. */
  raw(field: Uint8Array): this {
    this.#parts.push(field);
    this.#length += field.length;
    return this;
  }

  /** Negative numbers become ten bytes of two's complement, as protobuf's int64 does. */
  varint(number: number, value: bigint | number): this {
    return this.raw(tag(number, 0)).raw(toVarint(BigInt(value)));
  }

  bytes(number: number, payload: Uint8Array): this {
    return this.raw(tag(number, 2))
      .raw(toVarint(BigInt(payload.length)))
      .raw(payload);
  }

  string(number: number, text: string): this {
    return this.bytes(number, new TextEncoder().encode(text));
  }

  message(number: number, inner: MessageWriter): this {
    this.raw(tag(number, 2)).raw(toVarint(BigInt(inner.#length)));
    for (const part of inner.#parts) this.raw(part);
    return this;
  }

  toBytes(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  }
}

function tag(number: number, wire: number): Uint8Array {
  return toVarint(BigInt((number << 3) | wire));
}

function toVarint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  while (rest >= CONTINUES) {
    bytes.push(Number((rest & 0x7fn) | CONTINUES));
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}
