// Brings synthesised chunks to the output's sample rate, portable.
import type { TtsChunk } from './contracts/text-to-speech.ts';
import { Resampler } from './resampler.ts';

/** The chunks at another rate, word times with them. Those that go on in one another are filtered as one. */
export async function* toRate(
  chunks: AsyncIterable<TtsChunk>,
  rateHz: number,
): AsyncGenerator<TtsChunk, void, undefined> {
  const resamplers = new Map<number, Resampler>();
  for await (const chunk of chunks) {
    const { sampleRateHz } = chunk;
    if (sampleRateHz === rateHz) {
      yield chunk;
      continue;
    }
    const options = { fromHz: sampleRateHz, toHz: rateHz };
    const resampler = resamplers.get(sampleRateHz) ?? new Resampler(options);
    resamplers.set(sampleRateHz, resampler);
    yield resampleChunk(chunk, resampler);
  }
}

function resampleChunk(chunk: TtsChunk, resampler: Resampler): TtsChunk {
  const { pcm, isContinued = false } = chunk;
  const flushSamples = isContinued ? 0 : resampler.maxFlushSamples;
  const output = new Float32Array(resampler.maxOutputSamples(pcm.length) + flushSamples);
  let count = resampler.process(pcm, output);
  if (!isContinued) count += resampler.flush(output.subarray(count));
  const scale = resampler.toHz / resampler.fromHz;
  const words = chunk.words?.map((word) => ({
    ...word,
    startSample: Math.round(word.startSample * scale),
    endSample: Math.round(word.endSample * scale),
  }));
  return {
    ...chunk,
    pcm: output.slice(0, count),
    sampleRateHz: resampler.toHz,
    words: words ?? null,
  };
}
