// WAV files of 16-bit integers or 32-bit floats, written and read, portable: any thread.
import { createAudioChunk } from './audio-chunk.ts';
import type { AudioChunk } from './audio-chunk.ts';
import { VoiceAgentError } from './errors.ts';
import { toFloat32 } from './pcm.ts';

const HEADER_BYTES = 44;
/** `wFormatTag` values of the RIFF specification. */
const PCM = 1;
const IEEE_FLOAT = 3;
const EXTENSIBLE = 0xfffe;

/** A whole file with the samples of `chunk`, in its own format and channel count. */
export function encodeWav(chunk: AudioChunk): Uint8Array<ArrayBuffer> {
  const { pcm, format, channels, sampleRateHz } = chunk;
  const width = format === 'f32le' ? 4 : 2;
  const dataBytes = pcm.length * width;
  const view = new DataView(new ArrayBuffer(HEADER_BYTES + dataBytes));
  writeText(view, 0, 'RIFF');
  view.setUint32(4, HEADER_BYTES - 8 + dataBytes, true);
  writeText(view, 8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, format === 'f32le' ? IEEE_FLOAT : PCM, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, sampleRateHz, true);
  view.setUint32(28, sampleRateHz * channels * width, true);
  view.setUint16(32, channels * width, true);
  view.setUint16(34, width * 8, true);
  writeText(view, 36, 'data');
  view.setUint32(40, dataBytes, true);
  pcm.forEach((sample: number, i: number) => {
    if (format === 'f32le') view.setFloat32(HEADER_BYTES + i * 4, sample, true);
    else view.setInt16(HEADER_BYTES + i * 2, sample, true);
  });
  return new Uint8Array(view.buffer);
}

export interface WavFormat {
  readonly tag: number;
  readonly channels: number;
  readonly sampleRateHz: number;
  readonly bits: number;
}

export interface WavHeader {
  readonly format: WavFormat;
  /** Byte at which the samples begin. */
  readonly dataAt: number;
  /** What the file says; 0 or far too many where a recorder left it open. */
  readonly dataBytes: number;
}

/** 16-bit mono samples without a header. */
export function toRawFormat(sampleRateHz: number): WavFormat {
  return { tag: PCM, channels: 1, sampleRateHz, bits: 16 };
}

/**
 * Where the samples of a file begin, and how they are written; null when there are none up to its end. Throws
 * `invalid-data` for what is no WAV file.
 */
export function readWavHeader(bytes: Uint8Array): WavHeader | null {
  const view = toView(bytes);
  if (bytes.length < 12 || readText(view, 0) !== 'RIFF' || readText(view, 8) !== 'WAVE') {
    throw invalid('it does not start with RIFF and WAVE');
  }
  let format: WavFormat | undefined;
  for (let at = 12; at + 8 <= bytes.length;) {
    const name = readText(view, at);
    const length = view.getUint32(at + 4, true);
    if (name === 'fmt ') format = readFormat(view, at + 8, length);
    if (name === 'data') {
      if (format === undefined) throw invalid('the data come before their format');
      return { format, dataAt: at + 8, dataBytes: length };
    }
    // Chunks are padded to even lengths.
    at += 8 + length + (length % 2);
  }
  return null;
}

/**
 * Reads a file; other chunks than `fmt ` and `data` are passed over, and a data length that a recorder
 * left open (0 or too long) means up to the end. Throws `invalid-data` saying what is wrong.
 */
export function parseWav(bytes: Uint8Array): AudioChunk {
  const header = readWavHeader(bytes);
  if (header === null) throw invalid('it holds no data chunk');
  const { format, dataAt, dataBytes } = header;
  const rest = bytes.length - dataAt;
  const length = dataBytes === 0 ? rest : Math.min(dataBytes, rest);
  const { channels, sampleRateHz } = format;
  const pcm = readSamples(bytes.subarray(dataAt, dataAt + length), format);
  return createAudioChunk({ pcm, channels, sampleRateHz, isFinal: true });
}

/** The average of all channels as floats; throws as `parseWav` does. */
export function parseWavMono(bytes: Uint8Array): { pcm: Float32Array; sampleRateHz: number } {
  const { pcm, format, channels, sampleRateHz } = parseWav(bytes);
  return { pcm: toMono(format === 's16le' ? toFloat32(pcm) : pcm, channels), sampleRateHz };
}

/** Whole frames of a file's samples as mono floats; what is left of a last one is not read. Throws as `parseWav` does. */
export function decodeFrames(bytes: Uint8Array, format: WavFormat): Float32Array {
  const samples = readSamples(bytes, format);
  const pcm = samples instanceof Int16Array ? toFloat32(samples) : samples;
  return toMono(pcm, format.channels);
}

/** Bytes of one sample of each channel. */
export function frameBytes({ channels, bits }: WavFormat): number {
  return (channels * bits) / 8;
}

function toMono(pcm: Float32Array, channels: number): Float32Array {
  if (channels === 1) return pcm;
  const mono = new Float32Array(pcm.length / channels);
  for (let i = 0; i < pcm.length; i += 1) {
    const at = Math.floor(i / channels);
    mono[at] = (mono[at] ?? 0) + (pcm[i] ?? 0) / channels;
  }
  return mono;
}

function readFormat(view: DataView, at: number, length: number): WavFormat {
  const needed = length >= 40 ? 40 : 16;
  if (length < 16 || at + needed > view.byteLength) throw invalid('its format chunk is cut short');
  const tag = view.getUint16(at, true);
  return {
    // The extensible form keeps the true tag in the first two bytes of its sub-format.
    tag: tag === EXTENSIBLE && length >= 40 ? view.getUint16(at + 24, true) : tag,
    channels: view.getUint16(at + 2, true),
    sampleRateHz: view.getUint32(at + 4, true),
    bits: view.getUint16(at + 14, true),
  };
}

function readSamples(bytes: Uint8Array, format: WavFormat): Float32Array | Int16Array {
  const { tag, channels, sampleRateHz, bits } = format;
  const isFloat = tag === IEEE_FLOAT && bits === 32;
  if (!isFloat && !(tag === PCM && bits === 16)) {
    throw invalid(
      `it has ${bits}-bit samples of type ${tag}; 16-bit PCM and 32-bit float are read`,
    );
  }
  if (channels < 1 || sampleRateHz < 1) throw invalid('it has no channels or no sample rate');
  const width = bits / 8;
  const view = toView(bytes);
  const length = Math.floor(bytes.length / (width * channels)) * channels;
  return isFloat
    ? Float32Array.from({ length }, (_, i) => view.getFloat32(i * width, true))
    : Int16Array.from({ length }, (_, i) => view.getInt16(i * width, true));
}

function toView({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

function writeText(view: DataView, at: number, text: string): void {
  for (let i = 0; i < text.length; i += 1) view.setUint8(at + i, text.charCodeAt(i));
}

function readText(view: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(at + i)));
}

function invalid(reason: string): VoiceAgentError<'invalid-data'> {
  return new VoiceAgentError('invalid-data', `This is no WAV file that can be read: ${reason}.`, {
    details: { what: 'WAV file', reason },
  });
}
