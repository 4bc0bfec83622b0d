// Samples of a WAV file, or of 16-bit PCM without a header, as its bytes arrive. Portable.
import { VoiceAgentError } from './errors.ts';
import { decodeFrames, frameBytes, readWavHeader, toRawFormat } from './wav.ts';
import type { WavFormat } from './wav.ts';

/** A header with more in front of its samples is none. */
const MAX_HEADER_BYTES = 65_536;
/** Lengths from here on were left open by a server that did not know them yet. */
const OPEN_BYTES = 0x7fff_0000;
const DATA_TAG = [0x64, 0x61, 0x74, 0x61] as const;

export class WavStream {
  readonly #rawRateHz: number | null;
  #format: WavFormat | null = null;
  #pending = new Uint8Array(0);
  /** Bytes of samples still to come; infinite where the file does not say. */
  #missingBytes = Infinity;

  /** @param rawRateHz Rate of 16-bit mono samples where the bytes are no WAV file; null refuses them. */
  constructor(rawRateHz: number | null) {
    this.#rawRateHz = rawRateHz;
  }

  /** Null until the header was read. */
  get sampleRateHz(): number | null {
    return this.#format?.sampleRateHz ?? null;
  }

  /** Whether the file says that it is longer. */
  get isCut(): boolean {
    if (this.#format === null || this.#missingBytes === Infinity) return false;
    return this.#missingBytes >= frameBytes(this.#format);
  }

  /** The mono samples that are whole with these bytes. Throws `invalid-data` for another kind of file. */
  add(bytes: Uint8Array): Float32Array {
    this.#pending = join(this.#pending, bytes);
    this.#format ??= this.#readFormat();
    const format = this.#format;
    if (format === null) return new Float32Array(0);
    const width = frameBytes(format);
    const usable = Math.min(this.#pending.length, this.#missingBytes);
    const whole = usable - (usable % width);
    const pcm = decodeFrames(this.#pending.subarray(0, whole), format);
    this.#missingBytes -= whole;
    this.#pending = this.#missingBytes > 0 ? this.#pending.slice(whole) : new Uint8Array(0);
    return pcm;
  }

  #readFormat(): WavFormat | null {
    const bytes = this.#pending;
    if (bytes.length < 4) return null;
    const isWav = String.fromCharCode(...bytes.subarray(0, 4)) === 'RIFF';
    if (!isWav && this.#rawRateHz !== null) return toRawFormat(this.#rawRateHz);
    if (!isWav) readWavHeader(bytes);
    if (!hasDataTag(bytes)) {
      if (bytes.length > MAX_HEADER_BYTES) throw withoutData();
      return null;
    }
    const header = readWavHeader(bytes);
    if (header === null) return null;
    const { format, dataAt, dataBytes } = header;
    if (dataBytes > 0 && dataBytes < OPEN_BYTES) this.#missingBytes = dataBytes;
    this.#pending = bytes.slice(dataAt);
    return format;
  }
}

/** Whether the tag is there with the length behind it. */
function hasDataTag(bytes: Uint8Array): boolean {
  for (let at = 12; at + 8 <= bytes.length; at += 1) {
    if (DATA_TAG.every((letter, i) => bytes[at + i] === letter)) return true;
  }
  return false;
}

function join(left: Uint8Array, right: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(left.length + right.length);
  both.set(left);
  both.set(right, left.length);
  return both;
}

function withoutData(): VoiceAgentError<'invalid-data'> {
  const reason = 'it holds no data chunk';
  return new VoiceAgentError('invalid-data', `This is no WAV file that can be read: ${reason}.`, {
    details: { what: 'WAV file', reason },
  });
}
