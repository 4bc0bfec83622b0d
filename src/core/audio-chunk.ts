// A piece of PCM with everything needed to play, store or send it, portable: any thread.
import { fromBase64, toBase64 } from './base64.ts';
import { VoiceAgentError } from './errors.ts';
import { toFloat32, toInt16 } from './pcm.ts';

export type AudioFormat = 'f32le' | 's16le';

interface AudioChunkFields {
  readonly sampleRateHz: number;
  /** Interleaved: sample i of channel c is at index i * channels + c. */
  readonly channels: number;
  /** Time of the first sample on the stream's own clock. */
  readonly timestampMs: number;
  /** Counts the chunks of one stream from 0. */
  readonly sequence: number;
  /** Whether the stream ends with this chunk. */
  readonly isFinal: boolean;
}

/** The samples are owned by whoever holds the chunk; float ones lie in [-1, 1]. */
export type AudioChunk = AudioChunkFields &
  (
    | { readonly format: 'f32le'; readonly pcm: Float32Array }
    | { readonly format: 's16le'; readonly pcm: Int16Array }
  );

/** An {@link AudioChunk} as JSON: `data` is its samples as base64 of little-endian bytes. */
export interface AudioChunkJson extends AudioChunkFields {
  readonly format: AudioFormat;
  readonly data: string;
}

/** Fields that have a natural default: mono, time 0, sequence 0, not final. */
export type AudioChunkInit = Pick<AudioChunkFields, 'sampleRateHz'> &
  Partial<Omit<AudioChunkFields, 'sampleRateHz'>> & { readonly pcm: Float32Array | Int16Array };

/** A checked chunk around `pcm`, which is not copied. Throws `invalid-data`. */
export function createAudioChunk(init: AudioChunkInit): AudioChunk {
  const { pcm, channels = 1, timestampMs = 0, sequence = 0, isFinal = false } = init;
  const fields = { sampleRateHz: init.sampleRateHz, channels, timestampMs, sequence, isFinal };
  assertFields(fields);
  if (pcm.length % channels !== 0) {
    throw invalid(`${pcm.length} samples do not divide into ${channels} channels`);
  }
  return pcm instanceof Float32Array
    ? { ...fields, format: 'f32le', pcm }
    : { ...fields, format: 's16le', pcm };
}

/** Samples of one channel. */
export function samplesPerChannel(chunk: AudioChunk): number {
  return chunk.pcm.length / chunk.channels;
}

export function lengthMsOf(chunk: AudioChunk): number {
  return (samplesPerChannel(chunk) / chunk.sampleRateHz) * 1000;
}

/** The same chunk in `format`; itself when it already is. Floats beyond [-1, 1] are limited. */
export function toFormat(chunk: AudioChunk, format: AudioFormat): AudioChunk {
  if (chunk.format === format) return chunk;
  return chunk.format === 'f32le'
    ? { ...chunk, format: 's16le', pcm: toInt16(chunk.pcm) }
    : { ...chunk, format: 'f32le', pcm: toFloat32(chunk.pcm) };
}

export function toJson(chunk: AudioChunk): AudioChunkJson {
  const { pcm, format, ...fields } = chunk;
  const bytes = new DataView(new ArrayBuffer(pcm.byteLength));
  pcm.forEach((sample: number, i: number) => {
    if (format === 'f32le') bytes.setFloat32(i * 4, sample, true);
    else bytes.setInt16(i * 2, sample, true);
  });
  return { ...fields, format, data: toBase64(new Uint8Array(bytes.buffer)) };
}

/** Checks every field of parsed JSON, whatever it is. Throws `invalid-data` naming the first bad one. */
export function fromJson(json: unknown): AudioChunk {
  if (typeof json !== 'object' || json === null) throw invalid('not an object');
  const { format, data, ...fields } = json as Partial<Record<keyof AudioChunkJson, unknown>>;
  assertFields(fields);
  if (format !== 'f32le' && format !== 's16le') throw invalid('format is not f32le or s16le');
  if (typeof data !== 'string') throw invalid('data is not a string');
  const bytes = fromBase64(data);
  const width = format === 'f32le' ? 4 : 2;
  if (bytes.length % width !== 0) throw invalid(`${bytes.length} bytes are not whole samples`);
  const { sampleRateHz, channels, timestampMs, sequence, isFinal } = fields;
  const pcm = toSamples(bytes, format);
  return createAudioChunk({ sampleRateHz, channels, timestampMs, sequence, isFinal, pcm });
}

function toSamples(bytes: Uint8Array, format: AudioFormat): Float32Array | Int16Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return format === 'f32le'
    ? Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(i * 4, true))
    : Int16Array.from({ length: bytes.length / 2 }, (_, i) => view.getInt16(i * 2, true));
}

function assertFields(
  fields: Partial<Record<keyof AudioChunkFields, unknown>>,
): asserts fields is AudioChunkFields {
  const { sampleRateHz, channels, timestampMs, sequence, isFinal } = fields;
  if (!isCount(sampleRateHz) || sampleRateHz < 1) throw invalid('sampleRateHz is not positive');
  if (!isCount(channels) || channels < 1) throw invalid('channels is not positive');
  if (!isCount(sequence)) throw invalid('sequence is not a count');
  if (typeof timestampMs !== 'number' || !Number.isFinite(timestampMs)) {
    throw invalid('timestampMs is not a number');
  }
  if (typeof isFinal !== 'boolean') throw invalid('isFinal is not true or false');
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function invalid(reason: string): VoiceAgentError<'invalid-data'> {
  return new VoiceAgentError('invalid-data', `This is no audio chunk: ${reason}.`, {
    details: { what: 'audio chunk', reason },
  });
}
