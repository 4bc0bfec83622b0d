// Stands in for the turn worker: says what it hears.
import { openCapture } from '../../../src/core/capture-input.ts';
import type { CaptureTransport } from '../../../src/core/capture-input.ts';
import type { PlaybackTransport } from '../../../src/core/playback-link.ts';
import { openPlayback } from '../../../src/core/playback-output.ts';

self.onmessage = async ({
  data,
}: MessageEvent<{ capture: CaptureTransport; playback: PlaybackTransport }>) => {
  const input = openCapture(data.capture);
  const output = openPlayback(data.playback);
  const { signal } = new AbortController();
  const window = new Float32Array(960);
  output.startGeneration(1);
  for (let i = 0; i < 25; i += 1) {
    await input.waitForSamples(window.length, { signal });
    await output.write(window.subarray(0, input.read(window)), { signal });
  }
  output.endGeneration();
  self.postMessage({ stats: input.stats, rate: input.sampleRateHz });
};
