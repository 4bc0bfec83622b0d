import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  integersOf,
  MessageWriter,
  readFields,
  textOf,
} from '../../../../workers/runtimes/onnx-graph/protobuf.ts';

const fieldsOf = (...bytes: number[]) => [...readFields(Uint8Array.from(bytes))];

test('the examples of the format are read', () => {
  // Field 1: 150; field 2: "testing"; field 4, packed: 3, 270, 86942.
  const [number, text, packed] = fieldsOf(
    ...[0x08, 0x96, 0x01],
    ...[0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67],
    ...[0x22, 0x06, 0x03, 0x8e, 0x02, 0x9e, 0xa7, 0x05],
  );
  expect([number!.number, number!.varint, number!.wire]).toEqual([1, 150n, 0]);
  expect(new TextDecoder().decode(text!.bytes)).toBe('testing');
  expect(integersOf(packed!)).toEqual([3n, 270n, 86_942n]);
});

test('fixed-size fields are passed over, each with its own bytes', () => {
  const [float, double] = fieldsOf(0x15, 1, 2, 3, 4, 0x19, 1, 2, 3, 4, 5, 6, 7, 8);
  expect([float!.number, [...float!.bytes]]).toEqual([2, [1, 2, 3, 4]]);
  expect([double!.number, double!.bytes.length, double!.raw.length]).toEqual([3, 8, 9]);
});

test.each([
  ['a payload that is cut off', [0x12, 0x07, 0x74]],
  ['a number that is cut off', [0x08, 0x96]],
  ['a number without end', [0x08, ...Array.from({ length: 11 }, () => 0xff)]],
  ['text of a web page', [...new TextEncoder().encode('<!doctype html>')]],
])('%s is refused', (_name, bytes) => {
  expect(() => fieldsOf(...bytes)).toThrow(RangeError);
});

test('what is written is read back, negative and large numbers included', () => {
  const numbers = fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), { maxLength: 9 });
  fc.assert(
    fc.property(numbers, fc.uint8Array(), fc.string(), (values, payload, text) => {
      const inner = new MessageWriter().bytes(2, payload).string(3, text);
      const writer = new MessageWriter();
      for (const value of values) writer.varint(1, value);
      const bytes = writer.message(20, inner).toBytes();
      expect(bytes.length).toBe(writer.length);
      const fields = [...readFields(bytes)];
      expect(fields.filter((field) => field.number === 1).flatMap(integersOf)).toEqual(values);
      const message = fields.at(-1)!;
      expect(message.number).toBe(20);
      expect([...readFields(message.bytes)][0]!.bytes).toEqual(payload);
      expect(textOf(message.bytes, 3)).toBe(text);
      const copy = fields.reduce((copied, field) => copied.raw(field.raw), new MessageWriter());
      expect(copy.toBytes()).toEqual(bytes);
    }),
  );
});
