// The near end of the reply path: writes a tone as a voice would, clause by clause, and counts what ran dry. Worker.
import { expose } from 'comlink';
import { openPlayback } from '../../src/core/playback-output.ts';
import type { PlaybackTransport } from '../../src/core/playback-link.ts';

export interface PlaybackWriter {
  /** Plays for so long; times the ring ran dry meanwhile. */
  play(transport: PlaybackTransport, lengthMs: number): Promise<{ underruns: number }>;
}

/** Pieces of a second, each ready half a second before the one before is over: a voice twice as fast as speech. */
const PIECE_MS = 1_000;
const LEAD_MS = 500;
const TONE_HZ = 220;

const writer: PlaybackWriter = {
  async play(transport, lengthMs) {
    const output = openPlayback(transport);
    const { signal } = new AbortController();
    const before = output.cursor.underruns;
    output.startGeneration(1);
    const startMs = performance.now();
    for (let madeMs = 0; madeMs < lengthMs; madeMs += PIECE_MS) {
      const waitMs = startMs + madeMs - LEAD_MS - performance.now();
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      await output.write(tone(output.sampleRateHz), { signal });
    }
    const { underruns } = output.cursor;
    output.endGeneration();
    await output.flush();
    output.dispose();
    return { underruns: underruns - before };
  },
};

function tone(sampleRateHz: number): Float32Array {
  const step = (2 * Math.PI * TONE_HZ) / sampleRateHz;
  const samples = Math.round((sampleRateHz * PIECE_MS) / 1_000);
  return Float32Array.from({ length: samples }, (_, index) => 0.1 * Math.sin(step * index));
}

expose(writer);
