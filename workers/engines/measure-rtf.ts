// How long a voice computes for a second of speech on this device. Portable.
import type { Clock } from '../../src/core/clock.ts';
import type { TtsEngine } from '../../src/core/contracts/text-to-speech.ts';

/** Some two and a half seconds of speech: as long as a first clause that people wait for. */
const WORDS = 'I can tell you about the weather in Paris.';
/** The first run may compile, and other work may hold up any: the better one tells what the device can do. */
const RUNS = 2;

/**
 * Says a sentence to nobody, twice. Resolves with the real-time factor of the quicker run: computed time for the time
 * that it sounds. Rejects as the voice does, and on abort.
 */
export async function measureRtf(
  engine: TtsEngine,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<number> {
  let best = Infinity;
  for (let run = 0; run < RUNS; run += 1) {
    const startMs = clock.nowMs();
    let soundMs = 0;
    const request = { text: WORDS, voice: null, speed: 1, signal };
    for await (const { pcm, sampleRateHz } of engine.synthesize(request)) {
      soundMs += (1_000 * pcm.length) / sampleRateHz;
    }
    best = Math.min(best, (clock.nowMs() - startMs) / soundMs);
  }
  return best;
}
