// Cuts a GGUF file into parts as `llama-gguf-split` does: the first has what is told of the model, each some of its tensors. Browser or Node.

const [UINT16, UINT32, INT32, STRING, ARRAY, UINT64] = [2, 4, 5, 8, 9, 10];
/** Lengths of numbers by their type. */
const BYTES: Readonly<Record<number, number>> = {
  ...{ 0: 1, 1: 1, [UINT16]: 2, 3: 2, [UINT32]: 4, [INT32]: 4, 6: 4, 7: 1 },
  ...{ [UINT64]: 8, 11: 8, 12: 8 },
};
const ALIGNMENT = 32;

interface Tensor {
  /** Its entry, up to its offset. */
  readonly info: Uint8Array;
  readonly data: Uint8Array;
}

interface Parsed {
  readonly valueCount: number;
  /** All of what is told of the model, as it lies there. */
  readonly values: Uint8Array;
  readonly tensors: readonly Tensor[];
}

/** @param file of the usual alignment */
export function splitGguf(file: ArrayBuffer, partCount: number): ArrayBuffer[] {
  const { values, valueCount, tensors } = parse(file);
  const perPart = Math.ceil(tensors.length / partCount);
  return Array.from({ length: partCount }, (_, index) => {
    const isFirst = index === 0;
    const own = tensors.slice(index * perPart, (index + 1) * perPart);
    const split = toSplitValues(index, { partCount, tensorCount: tensors.length });
    const head = [
      ...[u32(0x46554747), u32(3), u64(own.length), u64((isFirst ? valueCount : 0) + 3)],
      ...(isFirst ? [values] : []),
      split,
    ];
    let offset = 0;
    for (const { info, data } of own) {
      head.push(info, u64(offset));
      offset += padded(data.length);
    }
    return join([pad(join(head)), ...own.map(({ data }) => pad(data))]).buffer;
  });
}

function toSplitValues(
  index: number,
  { partCount, tensorCount }: { partCount: number; tensorCount: number },
): Uint8Array {
  return join([
    ...[text('split.no'), u32(UINT16), u16(index), text('split.count'), u32(UINT16)],
    ...[u16(partCount), text('split.tensors.count'), u32(INT32), u32(tensorCount)],
  ]);
}

function parse(file: ArrayBuffer): Parsed {
  const view = new DataView(file);
  const bytes = new Uint8Array(file);
  let at = 8;
  const number = (length: 4 | 8): number => {
    at += length;
    return length === 4 ? view.getUint32(at - 4, true) : Number(view.getBigUint64(at - 8, true));
  };
  const skipText = (): void => {
    const length = number(8);
    at += length;
  };
  const skipValue = (type: number): void => {
    if (type === STRING) skipText();
    else if (type === ARRAY) {
      const inner = number(4);
      for (let left = number(8); left > 0; left -= 1) skipValue(inner);
    } else at += BYTES[type] ?? NaN;
  };
  const tensorCount = number(8);
  const valueCount = number(8);
  const valuesAt = at;
  for (let left = valueCount; left > 0; left -= 1) {
    skipText();
    skipValue(number(4));
  }
  const values = bytes.subarray(valuesAt, at);
  const infos = Array.from({ length: tensorCount }, () => {
    const start = at;
    skipText();
    for (let left = number(4); left > 0; left -= 1) number(8);
    number(4);
    return { info: bytes.subarray(start, at), offset: number(8) };
  });
  const dataAt = padded(at);
  const starts = infos.map(({ offset }) => offset).sort((left, right) => left - right);
  const tensors = infos.map(({ info, offset }) => {
    const end = starts[starts.indexOf(offset) + 1] ?? file.byteLength - dataAt;
    return { info, data: bytes.subarray(dataAt + offset, dataAt + end) };
  });
  return { valueCount, values, tensors };
}

const padded = (length: number): number => Math.ceil(length / ALIGNMENT) * ALIGNMENT;

function pad(bytes: Uint8Array): Uint8Array {
  return join([bytes, new Uint8Array(padded(bytes.length) - bytes.length)]);
}

function join(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

const u16 = (value: number): Uint8Array => Uint8Array.of(value & 255, value >> 8);
const u32 = (value: number): Uint8Array => new Uint8Array(Uint32Array.of(value).buffer);
const u64 = (value: number): Uint8Array => new Uint8Array(BigUint64Array.of(BigInt(value)).buffer);

function text(value: string): Uint8Array {
  const bytes = new TextEncoder().encode(value);
  return join([u64(bytes.length), bytes]);
}
