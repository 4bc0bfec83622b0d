// GGUF files, as far as their weights can be brought into a form that runs faster; pure. Worker or Node.

const ALIGNMENT_KEY = 'general.alignment';
const DEFAULT_ALIGNMENT = 32;
const TYPE = { q4_1: 3, q8_0: 8 } as const;
const BLOCK = 32;
const Q4_1_BYTES = 20;
const Q8_0_BYTES = 34;
/** Bytes of a metadata value, by GGUF's number of its type; 8 is a string, 9 an array. */
const VALUE_BYTES = [1, 1, 2, 2, 4, 4, 4, 1, null, null, 8, 8, 8] as const;
const STRING = 8;
const ARRAY = 9;

interface TensorInfo {
  /** Of the type in the file; the offset follows it. */
  readonly typeAt: number;
  readonly count: number;
  readonly type: number;
  readonly offset: number;
}

interface Layout {
  readonly alignment: number;
  readonly tensors: readonly TensorInfo[];
  /** Where the data of the tensors begins. */
  readonly dataAt: number;
}

/**
 * The file in parts, its Q4_1 weights as Q8_0: llama.cpp has no SIMD kernel for the former on WASM, and
 * a prompt takes 0.6 times as long with the latter, a token 0.8 times (SmolLM2-135M, two threads). No
 * weight moves by more than 0.4 % of the largest of its 32, which then take 34 bytes instead of 20.
 * Anything else, and a file that cannot be read, comes back as it is.
 */
export function withFastWeights(file: ArrayBuffer): BlobPart[] {
  try {
    return rewrite(file, readLayout(new DataView(file)));
  } catch (error) {
    // The file's end was passed: the runtime says what is wrong with it.
    if (error instanceof RangeError) return [file];
    throw error;
  }
}

function rewrite(file: ArrayBuffer, { alignment, tensors, dataAt }: Layout): BlobPart[] {
  if (tensors.every(({ type }) => type !== TYPE.q4_1)) return [file];
  const head = new Uint8Array(file.slice(0, dataAt));
  const infos = new DataView(head.buffer);
  const parts: BlobPart[] = [head];
  const halves = Float32Array.from({ length: 0x1_0000 }, (_, bits) => fromHalf(bits));
  let offset = 0;
  for (const { typeAt, type, count, ...at } of tensors) {
    const end = nextOffset(tensors, at.offset) ?? file.byteLength - dataAt;
    const old = new Uint8Array(file, dataAt + at.offset, end - at.offset);
    const data = type === TYPE.q4_1 ? toQ8(old, { count, halves }) : old;
    infos.setUint32(typeAt, type === TYPE.q4_1 ? TYPE.q8_0 : type, true);
    infos.setBigUint64(typeAt + 4, BigInt(offset), true);
    const padding = (alignment - (data.length % alignment)) % alignment;
    parts.push(data, new Uint8Array(padding));
    offset += data.length + padding;
  }
  return parts;
}

function nextOffset(tensors: readonly TensorInfo[], offset: number): number | null {
  const later = tensors.map((tensor) => tensor.offset).filter((other) => other > offset);
  return later.length === 0 ? null : Math.min(...later);
}

function readLayout(view: DataView): Layout {
  let at = 8;
  const u32 = (): number => view.getUint32((at += 4) - 4, true);
  const u64 = (): number => Number(view.getBigUint64((at += 8) - 8, true));
  const text = (): string => {
    const length = u64();
    at += length;
    return new TextDecoder().decode(new Uint8Array(view.buffer, at - length, length));
  };
  const skip = (type: number): void => {
    if (type === STRING) text();
    else if (type === ARRAY) {
      const inner = u32();
      for (let left = u64(); left > 0; left -= 1) skip(inner);
    } else {
      const bytes = VALUE_BYTES[type];
      if (typeof bytes !== 'number') throw new RangeError(`gguf: value of type ${type}`);
      at += bytes;
    }
  };
  const tensorCount = u64();
  let alignment = DEFAULT_ALIGNMENT;
  for (let left = u64(); left > 0; left -= 1) {
    const key = text();
    const type = u32();
    if (key === ALIGNMENT_KEY) alignment = view.getUint32(at, true);
    skip(type);
  }
  const tensors = Array.from({ length: tensorCount }, () => {
    text();
    const dims = Array.from({ length: u32() }, u64);
    const count = dims.reduce((product, dim) => product * dim, 1);
    return { typeAt: at, count, type: u32(), offset: u64() };
  });
  return { alignment, tensors, dataAt: Math.ceil(at / alignment) * alignment };
}

/** Q4_1: 16-bit scale and minimum, then 32 times 4 bits. Q8_0: a 16-bit scale, then 32 signed bytes. */
function toQ8(
  old: Uint8Array,
  { count, halves }: { count: number; halves: Float32Array },
): Uint8Array<ArrayBuffer> {
  const blocks = count / BLOCK;
  const made = new Uint8Array(blocks * Q8_0_BYTES);
  const view = new DataView(old.buffer, old.byteOffset, old.length);
  const out = new DataView(made.buffer);
  const levels = new Int8Array(16);
  for (let block = 0; block < blocks; block += 1) {
    const from = block * Q4_1_BYTES;
    const to = block * Q8_0_BYTES;
    const scale = halves[view.getUint16(from, true)] ?? 0;
    const least = halves[view.getUint16(from + 2, true)] ?? 0;
    const largest = largestOf(old, from + 4, { scale, least });
    const inverse = largest === 0 ? 0 : 127 / largest;
    for (let q = 0; q < 16; q += 1) levels[q] = Math.round((scale * q + least) * inverse);
    out.setUint16(to, toHalf(largest / 127), true);
    for (let i = 0; i < 16; i += 1) {
      const pair = old[from + 4 + i] ?? 0;
      made[to + 2 + i] = levels[pair & 15] ?? 0;
      made[to + 18 + i] = levels[pair >> 4] ?? 0;
    }
  }
  return made;
}

/** Weights are linear in their 4 bits, so the largest is at the smallest or the greatest of these. */
function largestOf(
  bytes: Uint8Array,
  at: number,
  { scale, least }: { scale: number; least: number },
): number {
  let seen = 0;
  for (let i = at; i < at + 16; i += 1) {
    const pair = bytes[i] ?? 0;
    seen |= (1 << (pair & 15)) | (1 << (pair >> 4));
  }
  const low = 31 - Math.clz32(seen & -seen);
  const high = 31 - Math.clz32(seen);
  return Math.max(Math.abs(scale * low + least), Math.abs(scale * high + least));
}

function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1_024) * 2 ** (exponent - 15);
}

const float = new Float32Array(1);
const bitsOfFloat = new Uint32Array(float.buffer);

/** Of a number that is not negative, rounded to the nearest. */
function toHalf(value: number): number {
  float[0] = value;
  const bits = bitsOfFloat[0] ?? 0;
  const exponent = (bits >>> 23) - 112;
  if (exponent >= 31) return 0x7bff;
  if (exponent <= 0) return Math.round(value * 2 ** 24);
  const all = (exponent << 23) | (bits & 0x7f_ffff);
  return (all + 0xfff + ((all >> 13) & 1)) >> 13;
}
