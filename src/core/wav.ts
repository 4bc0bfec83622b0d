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

interface WavFormat {
  readonly tag: number;
  readonly channels: number;
  readonly sampleRateHz: number;
  readonly bits: number;
}

/**
 * Reads a file; other chunks than `fmt ` and `data` are passed over, and a data length that a recorder
 * left open (0 or too long) means up to the end. Throws `invalid-data` saying what is wrong.
 */
export function parseWav(bytes: Uint8Array): AudioChunk {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
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
      const rest = bytes.length - at - 8;
      return readData(view, {
        at: at + 8,
        bytes: length === 0 ? rest : Math.min(length, rest),
        format,
      });
    }
    // Chunks are padded to even lengths.
    at += 8 + length + (length % 2);
  }
  throw invalid('it holds no data chunk');
}

/** The average of all channels as floats; throws as `parseWav` does. */
export function parseWavMono(bytes: Uint8Array): { pcm: Float32Array; sampleRateHz: number } {
  const chunk = parseWav(bytes);
  const pcm = chunk.format === 's16le' ? toFloat32(chunk.pcm) : chunk.pcm;
  const { channels, sampleRateHz } = chunk;
  if (channels === 1) return { pcm, sampleRateHz };
  const mono = new Float32Array(pcm.length / channels);
  for (let i = 0; i < pcm.length; i += 1) {
    const at = Math.floor(i / channels);
    mono[at] = (mono[at] ?? 0) + (pcm[i] ?? 0) / channels;
  }
  return { pcm: mono, sampleRateHz };
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

function readData(
  view: DataView,
  { at, bytes, format }: { at: number; bytes: number; format: WavFormat },
): AudioChunk {
  const { tag, channels, sampleRateHz, bits } = format;
  const isFloat = tag === IEEE_FLOAT && bits === 32;
  if (!isFloat && !(tag === PCM && bits === 16)) {
    throw invalid(
      `it has ${bits}-bit samples of type ${tag}; 16-bit PCM and 32-bit float are read`,
    );
  }
  if (channels < 1 || sampleRateHz < 1) throw invalid('it has no channels or no sample rate');
  const width = bits / 8;
  const length = Math.floor(bytes / (width * channels)) * channels;
  const pcm = isFloat
    ? Float32Array.from({ length }, (_, i) => view.getFloat32(at + i * width, true))
    : Int16Array.from({ length }, (_, i) => view.getInt16(at + i * width, true));
  return createAudioChunk({ pcm, channels, sampleRateHz, isFinal: true });
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
