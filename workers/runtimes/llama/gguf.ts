// GGUF files: metadata and tensors. Pure. Worker or Node.

export type GgufValue = number | string | readonly GgufValue[];

/** Numbers that the format gives to the ways weights are stored. */
export const GGUF_TYPE = { f32: 0, q4_0: 2, q4_1: 3, q8_0: 8 } as const;

export interface GgufTensor {
  /** See {@link GGUF_TYPE}. */
  readonly type: number;
  /** The fastest first: columns, then rows. */
  readonly dims: readonly number[];
  /** A view of the file from the tensor's first byte to the file's end. */
  readonly data: DataView;
}

export interface Gguf {
  readonly metadata: ReadonlyMap<string, GgufValue>;
  readonly tensors: ReadonlyMap<string, GgufTensor>;
}

const MAGIC = 0x46554747;
const UINT32 = 4;
const STRING = 8;
const ARRAY = 9;
const UINT64 = 10;
const DEFAULT_ALIGNMENT = 32;

/** How long a number of each type is, and how it is read. */
const NUMBERS: Readonly<
  Record<number, { bytes: number; read: (view: DataView, at: number) => number }>
> = {
  0: { bytes: 1, read: (view, at) => view.getUint8(at) },
  1: { bytes: 1, read: (view, at) => view.getInt8(at) },
  2: { bytes: 2, read: (view, at) => view.getUint16(at, true) },
  3: { bytes: 2, read: (view, at) => view.getInt16(at, true) },
  [UINT32]: { bytes: 4, read: (view, at) => view.getUint32(at, true) },
  5: { bytes: 4, read: (view, at) => view.getInt32(at, true) },
  6: { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  7: { bytes: 1, read: (view, at) => view.getUint8(at) },
  [UINT64]: { bytes: 8, read: (view, at) => Number(view.getBigUint64(at, true)) },
  11: { bytes: 8, read: (view, at) => Number(view.getBigInt64(at, true)) },
  12: { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
};

/** Throws `RangeError` for what is no whole GGUF file. */
export function readGguf(file: ArrayBuffer): Gguf {
  const reader = new GgufReader(file);
  const isGguf = file.byteLength > UINT32 && reader.number(UINT32) === MAGIC;
  if (!isGguf) throw new RangeError('it is not a GGUF file');
  reader.number(UINT32);
  const tensorCount = reader.number(UINT64);
  const valueCount = reader.number(UINT64);
  const metadata = new Map<string, GgufValue>();
  for (let left = valueCount; left > 0; left -= 1) {
    metadata.set(reader.text(), reader.value(reader.number(UINT32)));
  }
  const infos = Array.from({ length: tensorCount }, () => {
    const name = reader.text();
    const dims = Array.from({ length: reader.number(UINT32) }, () => reader.number(UINT64));
    return { name, dims, type: reader.number(UINT32), offset: reader.number(UINT64) };
  });
  const alignment = Number(metadata.get('general.alignment') ?? DEFAULT_ALIGNMENT);
  const dataAt = Math.ceil(reader.at / alignment) * alignment;
  if (infos.some(({ offset }) => dataAt + offset >= file.byteLength)) throw createCutOffError();
  const tensors = infos.map(({ name, dims, type, offset }): [string, GgufTensor] => [
    name,
    { type, dims, data: new DataView(file, dataAt + offset) },
  ]);
  return { metadata, tensors: new Map(tensors) };
}

class GgufReader {
  readonly #view: DataView;
  readonly #decoder = new TextDecoder();
  #at = 0;

  constructor(file: ArrayBuffer) {
    this.#view = new DataView(file);
  }

  get at(): number {
    return this.#at;
  }

  number(type: number): number {
    const format = NUMBERS[type];
    if (format === undefined) throw new RangeError(`a value of unknown type ${type}`);
    return format.read(this.#view, this.#skip(format.bytes));
  }

  text(): string {
    const length = this.number(UINT64);
    return this.#decoder.decode(new Uint8Array(this.#view.buffer, this.#skip(length), length));
  }

  /** Where what is skipped begins. */
  #skip(bytes: number): number {
    const at = this.#at;
    if (at + bytes > this.#view.byteLength) throw createCutOffError();
    this.#at += bytes;
    return at;
  }

  value(type: number): GgufValue {
    if (type === STRING) return this.text();
    if (type !== ARRAY) return this.number(type);
    const inner = this.number(UINT32);
    return Array.from({ length: this.number(UINT64) }, () => this.value(inner));
  }
}

/** Of a file that ends before what it promises. */
export function createCutOffError(): RangeError {
  return new RangeError('the file ends too early');
}

const HALVES = Float32Array.from({ length: 0x1_0000 }, (_, bits) => {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1_023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1_024) * 2 ** (exponent - 15);
});

/** The number behind the 16 bits of a half-precision float. */
export function fromHalf(bits: number): number {
  return HALVES[bits] ?? NaN;
}
