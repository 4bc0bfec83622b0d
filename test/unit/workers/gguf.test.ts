import { expect, test } from 'vitest';
import { withFastWeights } from '../../../workers/runtimes/gguf.ts';

const HALF_ONE = 0x3c00;
const HALF_QUARTER = 0x3400;
const HALF_MINUS_TWO = 0xc000;

/** Fields one after the other, little-endian. */
class Fields {
  readonly bytes: number[] = [];

  u16(...values: number[]): this {
    for (const value of values) this.bytes.push(value & 255, value >> 8);
    return this;
  }

  u32(...values: number[]): this {
    for (const value of values) this.u16(value & 0xffff, value >>> 16);
    return this;
  }

  u64(...values: number[]): this {
    for (const value of values) this.u32(value, 0);
    return this;
  }

  text(value: string): this {
    this.u64(value.length).bytes.push(...new TextEncoder().encode(value));
    return this;
  }

  pad(alignment: number): this {
    while (this.bytes.length % alignment > 0) this.bytes.push(0);
    return this;
  }
}

/** Every level of four bits twice: 0, 1, ... 15 in the low halves, 15, 14, ... 0 in the high ones. */
const NIBBLES = Array.from({ length: 16 }, (_, i) => i | ((15 - i) << 4));
const LEVELS = [...Array(16).keys(), ...[...Array(16).keys()].reverse()];

/** Metadata of all shapes, then a tensor of two Q4_1 blocks between two of floats. */
function build(alignment: number): Uint8Array<ArrayBuffer> {
  const file = new Fields().u32(0x46554747, 3).u64(3, alignment === 32 ? 2 : 3);
  file.text('general.name').u32(8).text('test');
  file.text('words').u32(9, 8).u64(2).text('one').text('two');
  if (alignment !== 32) file.text('general.alignment').u32(4, alignment);
  file.text('a').u32(1).u64(2).u32(0).u64(0);
  file.text('weights').u32(2).u64(32, 2).u32(3).u64(alignment);
  file
    .text('b')
    .u32(1)
    .u64(1)
    .u32(0)
    .u64(alignment * Math.ceil(1 + 40 / alignment));
  file.pad(alignment).u32(11, 12).pad(alignment);
  for (const scale of [HALF_QUARTER, HALF_ONE]) {
    file.u16(scale, HALF_MINUS_TWO).bytes.push(...NIBBLES);
  }
  file.pad(alignment).u32(13);
  return Uint8Array.from(file.bytes);
}

async function rewrite(file: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Blob(withFastWeights(file.buffer)).arrayBuffer());
}

function fromHalf(bits: number): number {
  return (1 + (bits & 0x3ff) / 1_024) * 2 ** ((bits >> 10) - 15);
}

test.each([32, 64])('Q4_1 becomes Q8_0, the rest stays; aligned to %i bytes', async (alignment) => {
  const old = build(alignment);
  const made = await rewrite(old);
  const view = new DataView(made.buffer);
  const text = new TextDecoder('latin1').decode(made);
  const infoOf = (name: string, dims: number) => {
    const at = text.indexOf(`${String.fromCharCode(name.length)}\0\0\0\0\0\0\0${name}`);
    const typeAt = at + 8 + name.length + 4 + 8 * dims;
    return { type: view.getUint32(typeAt, true), offset: view.getUint32(typeAt + 4, true) };
  };
  expect(infoOf('a', 1)).toEqual({ type: 0, offset: 0 });
  expect(infoOf('weights', 2)).toEqual({ type: 8, offset: alignment });
  const last = infoOf('b', 1);
  expect(last.type).toBe(0);
  expect(last.offset % alignment).toBe(0);
  const dataAt = made.length - (alignment - 4) - last.offset - 4;
  const start = [dataAt, dataAt + (alignment - 4)].find((at) => view.getUint32(at, true) === 11)!;
  expect(view.getUint32(start + last.offset, true)).toBe(13);
  [0.25, 1].forEach((scale, block) => {
    const at = start + alignment + 34 * block;
    const step = fromHalf(view.getUint16(at, true));
    const largest = Math.max(...LEVELS.map((level) => Math.abs(scale * level - 2)));
    LEVELS.forEach((level, i) => {
      const error = Math.abs(view.getInt8(at + 2 + i) * step - (scale * level - 2));
      expect(error).toBeLessThan(0.0045 * largest);
    });
  });
});

test('a file without such weights, one cut off, and one that is none come back as they are', () => {
  const whole = build(32);
  const plain = new Fields().u32(0x46554747, 3).u64(0, 0);
  for (const bytes of [
    Uint8Array.from(plain.bytes),
    whole.slice(0, 60),
    whole.slice(0, -60),
    Uint8Array.of(1, 2, 3),
    new Uint8Array(0),
  ]) {
    expect(withFastWeights(bytes.buffer)).toEqual([bytes.buffer]);
  }
});
