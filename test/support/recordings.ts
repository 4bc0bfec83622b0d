// Real recordings for browser tests, read from the development server, and made sounds. Portable.

export const SAMPLE_RATE_HZ = 16_000;

export interface Recording {
  /** Mono, 16 kHz. */
  readonly pcm: Float32Array;
  /** What is said in it. */
  readonly transcript: string;
}

/** The five sentences of one reader that the recogniser is judged by. */
export const LIBRIVOX: readonly string[] = ['0870', '0880', '0890', '0920', '0930'].map(
  (part) => `librivox/sense_and_sensibility_01_austen_64kb-${part}.wav`,
);

/** Reads a 16-bit mono recording at 16 kHz; one that is missing, or of another kind, says so. */
export async function fetchRecording(file: string): Promise<Recording> {
  const [audio, texts] = await Promise.all([
    fetchServed(`/recordings/${file}`),
    fetchServed('/recordings/transcripts.json'),
  ]);
  const transcripts = (await texts.json()) as Record<string, string>;
  return { pcm: parseWav(await audio.arrayBuffer(), file), transcript: transcripts[file] ?? '' };
}

export function silence(lengthMs: number): Float32Array {
  return new Float32Array((lengthMs * SAMPLE_RATE_HZ) / 1000);
}

/** White noise between plus and minus `amplitude`, the same for the same `seed`. */
export function noise(lengthMs: number, amplitude: number, seed = 1): Float32Array {
  let state = seed;
  return silence(lengthMs).map(() => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state / 2 ** 31 - 1) * amplitude;
  });
}

export function concatenate(...parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Pieces of `samples` each; the last may be shorter. */
export function* cut(pcm: Float32Array, samples: number): Generator<Float32Array> {
  for (let at = 0; at < pcm.length; at += samples) yield pcm.subarray(at, at + samples);
}

async function fetchServed(url: string): Promise<Response> {
  const response = await fetch(url);
  if (response.ok && !(response.headers.get('content-type') ?? '').includes('html'))
    return response;
  throw new Error(`${url} is missing: run "npm run models".`);
}

function parseWav(buffer: ArrayBuffer, file: string): Float32Array {
  const view = new DataView(buffer);
  const tag = (at: number): string => String.fromCharCode(...new Uint8Array(buffer, at, 4));
  let rateHz = 0;
  for (let at = 12; at < buffer.byteLength; at += 8 + view.getUint32(at + 4, true)) {
    if (tag(at) === 'fmt ') rateHz = view.getUint32(at + 12, true);
    if (tag(at) !== 'data') continue;
    if (rateHz !== SAMPLE_RATE_HZ) throw new Error(`${file} has ${rateHz} Hz instead of 16,000.`);
    const samples = new Int16Array(buffer, at + 8, view.getUint32(at + 4, true) >> 1);
    return Float32Array.from(samples, (sample) => sample / 32_768);
  }
  throw new Error(`${file} is no WAV file.`);
}
