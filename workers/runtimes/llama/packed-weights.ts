// Weights of a GGUF file in the order in which the kernels read them. Worker or Node.
import { createCutOffError, fromHalf, GGUF_TYPE } from './gguf.ts';
import type { GgufTensor } from './gguf.ts';
import type { LinearMemory } from '../linear-memory.ts';

/** A matrix in linear memory. */
export interface PackedMatrix {
  readonly at: number;
  readonly rows: number;
  /** Of 32 columns. */
  readonly blocks: number;
}

const BLOCK = 32;
/** Rows that are multiplied side by side. */
const LANES = 4;
const PACKED_4_BYTES = 96;
const PACKED_8_BYTES = 160;
const Q4_0_BYTES = 18;
const Q4_1_BYTES = 20;
const Q8_0_BYTES = 34;

/** Whether {@link pack4} takes it. */
export function isPackable4({ type, dims }: GgufTensor): boolean {
  return (type === GGUF_TYPE.q4_0 || type === GGUF_TYPE.q4_1) && isWhole(dims);
}

/** Whether {@link pack8} takes it. */
export function isPackable8({ type, dims }: GgufTensor): boolean {
  return type === GGUF_TYPE.q8_0 && isWhole(dims);
}

function isWhole([columns = 0, rows = 0]: readonly number[]): boolean {
  return columns % BLOCK === 0 && rows % LANES === 0;
}

/**
 * For `multiply4`: the 16 bytes of a block hold column c in the low and column 16 + c in the high half, and so do
 * four rows of them in turns of 4 bytes. Q4_0 is Q4_1 whose least value is -8 times the scale.
 */
export function pack4(tensor: GgufTensor, memory: LinearMemory): PackedMatrix {
  const hasFloor = tensor.type === GGUF_TYPE.q4_1;
  const fileBytes = hasFloor ? Q4_1_BYTES : Q4_0_BYTES;
  const { matrix, halves, words, floats } = start(tensor, memory, {
    ...{ fileBytes, packedBytes: PACKED_4_BYTES },
  });
  const { rows, blocks } = matrix;
  const step = fileBytes / 2;
  const first = step - BLOCK / 4;
  let from = 0;
  for (let row = 0; row < rows; row += 1) {
    const lane = row % LANES;
    let to = (((row - lane) / LANES) * blocks * PACKED_4_BYTES) / 4 + lane;
    for (let block = 0; block < blocks; block += 1) {
      const scale = fromHalf(halves[from] ?? 0);
      floats[to + 16] = scale;
      floats[to + 20] = hasFloor ? fromHalf(halves[from + 1] ?? 0) : -8 * scale;
      for (let turn = 0; turn < 4; turn += 1)
        words[to + 4 * turn] = wordAt(halves, from + first + 2 * turn);
      from += step;
      to += PACKED_4_BYTES / 4;
    }
  }
  return matrix;
}

/** For `multiply8`: the bytes of four rows in turns of four, and what a vector around 64 must be corrected by. */
export function pack8(tensor: GgufTensor, memory: LinearMemory): PackedMatrix {
  const { matrix, halves, words, floats } = start(tensor, memory, {
    ...{ fileBytes: Q8_0_BYTES, packedBytes: PACKED_8_BYTES },
  });
  const { rows, blocks } = matrix;
  let from = 0;
  for (let row = 0; row < rows; row += 1) {
    const lane = row % LANES;
    let to = (((row - lane) / LANES) * blocks * PACKED_8_BYTES) / 4 + lane;
    for (let block = 0; block < blocks; block += 1) {
      const scale = fromHalf(halves[from] ?? 0);
      let sum = 0;
      for (let turn = 0; turn < 8; turn += 1) {
        const four = wordAt(halves, from + 1 + 2 * turn);
        sum += ((four << 24) >> 24) + ((four << 16) >> 24) + ((four << 8) >> 24) + (four >> 24);
        words[to + 4 * turn] = four;
      }
      floats[to + 32] = scale;
      floats[to + 36] = -64 * scale * sum;
      from += Q8_0_BYTES / 2;
      to += PACKED_8_BYTES / 4;
    }
  }
  return matrix;
}

/** One row of a matrix that {@link pack8} made, as floats. */
export function unpackRow8(
  { at, blocks }: PackedMatrix,
  row: number,
  { from, to }: { from: DataView; to: Float32Array },
): void {
  const lane = row % LANES;
  const start = at + ((row - lane) / LANES) * blocks * PACKED_8_BYTES;
  for (let block = 0; block < blocks; block += 1) {
    const blockAt = start + block * PACKED_8_BYTES;
    const scale = from.getFloat32(blockAt + 128 + 4 * lane, true);
    for (let column = 0; column < BLOCK; column += 1) {
      const turn = column >> 2;
      const value = from.getInt8(blockAt + 16 * turn + 4 * lane + (column & 3));
      to[block * BLOCK + column] = scale * value;
    }
  }
}

/** Room for a matrix, seen as what is written there, and the file's blocks as what all their parts are made of. */
interface Packing {
  readonly matrix: PackedMatrix;
  readonly halves: Uint16Array;
  readonly words: Uint32Array;
  readonly floats: Float32Array;
}

/** Views instead of a `DataView`: a third of the time. Every device with WebAssembly is little-endian inside of it. */
function start(
  { dims, data }: GgufTensor,
  memory: LinearMemory,
  { fileBytes, packedBytes }: { readonly fileBytes: number; readonly packedBytes: number },
): Packing {
  const [columns = 0, rows = 0] = dims;
  const blocks = columns / BLOCK;
  const bytes = rows * blocks * fileBytes;
  if (data.byteLength < bytes) throw createCutOffError();
  const at = memory.take((rows / LANES) * blocks * packedBytes);
  const { buffer, byteOffset } = data;
  const isAligned = byteOffset % 2 === 0;
  const halves = isAligned
    ? new Uint16Array(buffer, byteOffset, bytes / 2)
    : new Uint16Array(buffer.slice(byteOffset, byteOffset + bytes));
  const count = ((rows / LANES) * blocks * packedBytes) / 4;
  return {
    matrix: { at, rows, blocks },
    halves,
    words: new Uint32Array(memory.memory.buffer, at, count),
    floats: memory.floats(at, count),
  };
}

function wordAt(halves: Uint16Array, at: number): number {
  return (halves[at] ?? 0) | ((halves[at + 1] ?? 0) << 16);
}
