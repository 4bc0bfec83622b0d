// Writes small GGUF files for tests.

const [UINT32, STRING, ARRAY] = [4, 8, 9];

interface TensorParts {
  readonly type: number;
  readonly dims: readonly number[];
  readonly bytes: readonly number[];
}

export class GgufFile {
  readonly #alignment: number;
  readonly #values: number[][] = [];
  readonly #tensors: { readonly name: string; readonly parts: TensorParts }[] = [];

  constructor(alignment: number) {
    this.#alignment = alignment;
    this.number('general.alignment', alignment);
  }

  number(key: string, value: number): this {
    this.#values.push([...text(key), ...u32(UINT32), ...u32(value)]);
    return this;
  }

  text(key: string, value: string): this {
    this.#values.push([...text(key), ...u32(STRING), ...text(value)]);
    return this;
  }

  texts(key: string, values: readonly string[]): this {
    const list = [...u32(STRING), ...u64(values.length), ...values.flatMap(text)];
    this.#values.push([...text(key), ...u32(ARRAY), ...list]);
    return this;
  }

  numbers(key: string, values: readonly number[]): this {
    const list = [...u32(UINT32), ...u64(values.length), ...values.flatMap(u32)];
    this.#values.push([...text(key), ...u32(ARRAY), ...list]);
    return this;
  }

  tensor(name: string, parts: TensorParts): this {
    this.#tensors.push({ name, parts });
    return this;
  }

  build(): ArrayBuffer {
    const head = [...u32(0x46554747), ...u32(3), ...u64(this.#tensors.length)];
    head.push(...u64(this.#values.length), ...this.#values.flat());
    const data: number[] = [];
    for (const { name, parts } of this.#tensors) {
      head.push(...text(name), ...u32(parts.dims.length), ...parts.dims.flatMap(u64));
      head.push(...u32(parts.type), ...u64(data.length));
      data.push(...this.#padded(parts.bytes));
    }
    return Uint8Array.from([...this.#padded(head), ...data]).buffer;
  }

  #padded(bytes: readonly number[]): readonly number[] {
    const missing = (this.#alignment - (bytes.length % this.#alignment)) % this.#alignment;
    return [...bytes, ...Array.from({ length: missing }, () => 0)];
  }
}

function u32(value: number): number[] {
  return [value & 255, (value >> 8) & 255, (value >> 16) & 255, (value >>> 24) & 255];
}

function u64(value: number): number[] {
  return [...u32(value), ...u32(0)];
}

function text(value: string): number[] {
  const bytes = [...new TextEncoder().encode(value)];
  return [...u64(bytes.length), ...bytes];
}
