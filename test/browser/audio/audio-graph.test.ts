// The real graph on a real AudioContext: a stream, a device, a worker, failures and clean-up.
import { afterEach, describe, expect, test } from 'vitest';
import captureUrl from '../../../workers/worklets/capture.worklet.ts?worker&url';
import playbackUrl from '../../../workers/worklets/playback.worklet.ts?worker&url';
import { createAudioGraph, transferOf } from '../../../src/audio/audio-graph.ts';
import type { AudioGraph, AudioGraphOptions } from '../../../src/audio/audio-graph.ts';
import { openCapture } from '../../../src/core/capture-input.ts';
import type { AudioInput } from '../../../src/core/contracts/audio-io.ts';
import { toPeak } from '../../../src/core/pcm.ts';
import { openPlayback } from '../../../src/core/playback-output.ts';

const workletUrls = { capture: captureUrl, playback: playbackUrl };
const graphs: AudioGraph[] = [];
const { signal } = new AbortController();

async function createGraph(options: Partial<AudioGraphOptions> = {}): Promise<AudioGraph> {
  const graph = await createAudioGraph({ workletUrls, ...options });
  graphs.push(graph);
  return graph;
}

afterEach(async () => {
  await Promise.all(graphs.splice(0).map((graph) => graph.dispose()));
});

async function readSamples(input: AudioInput, count: number): Promise<Float32Array> {
  const heard = new Float32Array(count);
  for (let at = 0; at < count;) {
    await input.waitForSamples(1, { signal });
    at += input.read(heard.subarray(at));
  }
  return heard;
}

/** Reads until a stretch of 20 ms is as wished; bounded by the test's own time-out. */
async function readUntil(input: AudioInput, isMet: (peak: number) => boolean): Promise<void> {
  while (!isMet(toPeak(await readSamples(input, 960))));
}

const kinds = globalThis.crossOriginIsolated ? (['shared', 'port'] as const) : (['port'] as const);

test('takes shared memory exactly when the page is isolated', async () => {
  const graph = await createGraph();
  expect(graph.connectCapture().kind).toBe(globalThis.crossOriginIsolated ? 'shared' : 'port');
});

describe.each(kinds)('over %s', (transport) => {
  test('what is written is heard sample by sample, through both worklets', async () => {
    const graph = await createGraph({ transport });
    graph.microphone.attachSource(graph.speaker.outputNode);
    const input = openCapture(graph.connectCapture());
    const output = openPlayback(graph.connectPlayback());
    expect(input.sampleRateHz).toBe(graph.session.context.sampleRate);
    await input.waitForSamples(1, { signal });
    output.startGeneration(1);
    const spoken = Float32Array.from({ length: 20_000 }, (_, i) => (i + 1) / 2 ** 20);
    await output.write(spoken, { signal });
    output.endGeneration();
    const heard: number[] = [];
    let first = -1;
    while (first < 0 || heard.length < first + spoken.length) {
      heard.push(...(await readSamples(input, 960)));
      first = heard.findIndex((sample) => sample !== 0);
    }
    const wrong = spoken.findIndex((sample, i) => sample !== heard[first + i]);
    expect(wrong).toBe(-1);
    expect(input.stats.lostSamples).toBe(0);
    expect(output.cursor).toMatchObject({ playedSamples: 20_000, underruns: 0 });
    input.dispose();
    output.dispose();
  });

  test('a worker hears and answers by transports that were posted to it', async () => {
    const graph = await createGraph({ transport });
    const source = new ConstantSourceNode(graph.session.context, { offset: 0.25 });
    source.start();
    graph.microphone.attachSource(source);
    const meter = new AnalyserNode(graph.session.context, { fftSize: 256 });
    graph.speaker.outputNode.connect(meter);
    const worker = new Worker(new URL('./echo.worker.ts', import.meta.url), { type: 'module' });
    const capture = graph.connectCapture();
    const playback = graph.connectPlayback();
    const done = new Promise<{ stats: { lostSamples: number } }>((resolve) => {
      worker.onmessage = (event: MessageEvent<{ stats: { lostSamples: number } }>) =>
        resolve(event.data);
    });
    worker.postMessage({ capture, playback }, transferOf(capture, playback));
    const levels = new Float32Array(256);
    await expect
      .poll(
        () => {
          meter.getFloatTimeDomainData(levels);
          return levels.every((level) => level === 0.25);
        },
        { timeout: 20_000, interval: 5 },
      )
      .toBe(true);
    expect((await done).stats.lostSamples).toBe(0);
    worker.terminate();
  });

  test('mute leaves silence in its place, and time goes on', async () => {
    const graph = await createGraph({ transport });
    const source = new ConstantSourceNode(graph.session.context, { offset: 0.25 });
    source.start();
    graph.microphone.attachSource(source);
    const input = openCapture(graph.connectCapture());
    await readUntil(input, (peak) => peak === 0.25);
    await graph.microphone.setMuted(true);
    expect(graph.microphone.state).toBe('muted');
    await readUntil(input, (peak) => peak === 0);
    await graph.microphone.setMuted(false);
    await readUntil(input, (peak) => peak === 0.25);
    input.dispose();
  });
});

test('opens the device, releases it while muted, and lets it go at the end', async () => {
  const graph = await createGraph();
  const streams: MediaStream[] = [];
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (constraints) => {
    const stream = await open(constraints);
    streams.push(stream);
    return stream;
  };
  const trackStates = (): string[] =>
    streams.map((stream) => stream.getAudioTracks()[0]?.readyState ?? 'none');
  try {
    const { microphone } = graph;
    const input = openCapture(graph.connectCapture());
    await microphone.start({ echoCancellation: false, noiseSuppression: false });
    expect(microphone.settings).toMatchObject({ echoCancellation: false, noiseSuppression: false });
    // Chromium's fake device beeps each half second.
    await readUntil(input, (peak) => peak > 0.05);
    await microphone.setMuted(true, { release: true });
    expect([microphone.state, trackStates()]).toEqual(['muted', ['ended']]);
    await microphone.setMuted(false);
    await readUntil(input, (peak) => peak > 0.05);
    expect(microphone.settings).toMatchObject({ echoCancellation: false });
    await microphone.start({ echoCancellation: false });
    expect(trackStates()).toEqual(['ended', 'ended', 'live']);
    input.dispose();
    await graph.dispose();
    expect(trackStates()).toEqual(['ended', 'ended', 'ended']);
    expect(graph.session.state).toBe('closed');
  } finally {
    navigator.mediaDevices.getUserMedia = open;
  }
});

test('a worklet that cannot be loaded is named, and nothing is left behind', async () => {
  const contexts: AudioContext[] = [];
  const url = new URL('/no-such.worklet.js', location.href).href;
  await expect(
    createAudioGraph({
      workletUrls: { capture: captureUrl, playback: url },
      createContext: () => {
        const context = new AudioContext();
        contexts.push(context);
        return context;
      },
    }),
  ).rejects.toMatchObject({ code: 'worker-load-failed', details: { url } });
  expect(contexts.map((context) => context.state)).toEqual(['closed']);
});

test('an abort stops the building with its reason', async () => {
  const reason = new Error('enough');
  await expect(createAudioGraph({ workletUrls, signal: AbortSignal.abort(reason) })).rejects.toBe(
    reason,
  );
});

test('changes the volume at the node that recorders tap', async () => {
  const graph = await createGraph();
  expect(() => graph.speaker.setVolume(NaN)).toThrow('volume: must be a finite number');
  graph.speaker.setVolume(0.5);
  await expect.poll(() => graph.speaker.volume, { timeout: 10_000 }).toBeCloseTo(0.5, 3);
  await expect(graph.speaker.setDevice('no such device')).rejects.toMatchObject({
    code: 'audio-unavailable',
  });
});
