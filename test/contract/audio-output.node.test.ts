// The AudioOutput suite against the render classes themselves, without a browser.
import { expect, test } from 'vitest';
import { PortPlaybackHost, SharedPlaybackHost } from '../../src/core/playback-host.ts';
import type { PlaybackHost } from '../../src/core/playback-host.ts';
import type { PlaybackTransport } from '../../src/core/playback-link.ts';
import { openPlayback } from '../../src/core/playback-output.ts';
import { createPlaybackMemory } from '../../src/core/playback-ring.ts';
import { FakeAudioOutput } from '../../src/testing/fake-audio-output.ts';
import {
  describeAudioOutput,
  lastSound,
  numbers,
  QUANTUM,
  ramp,
  RATE_HZ,
} from './audio-output.suite.ts';
import type { OutputRig } from './audio-output.suite.ts';

const capacitySamples = 16_384;

/** Messages between ports of one Node thread take a few turns of its loop. */
async function settle(): Promise<void> {
  for (let i = 0; i < 6; i += 1) await new Promise((resolve) => setImmediate(resolve));
}

function createRig(host: PlaybackHost, transport: PlaybackTransport): OutputRig {
  const output = openPlayback(transport);
  let frame = 0;
  return {
    output,
    capacitySamples,
    settle,
    async render(quanta) {
      await settle();
      const heard = new Float32Array(quanta * QUANTUM);
      for (let i = 0; i < quanta; i += 1, frame += QUANTUM) {
        host.render(heard.subarray(i * QUANTUM, (i + 1) * QUANTUM), frame);
      }
      await settle();
      return heard;
    },
    dispose() {
      output.dispose();
      host.close();
    },
  };
}

function createSharedRig(startIndex: number): OutputRig {
  const memory = createPlaybackMemory({
    capacitySamples,
    isShared: true,
    startIndex,
  });
  const host = new SharedPlaybackHost(memory, { sampleRateHz: RATE_HZ });
  return createRig(host, { kind: 'shared', sampleRateHz: RATE_HZ, memory });
}

async function createPortRig(): Promise<OutputRig> {
  const host = new PortPlaybackHost(capacitySamples, { sampleRateHz: RATE_HZ });
  const { port1, port2 } = new MessageChannel();
  host.attach(port1);
  const rig = createRig(host, {
    kind: 'port',
    sampleRateHz: RATE_HZ,
    capacitySamples,
    port: port2,
  });
  await settle();
  return rig;
}

describeAudioOutput('shared memory', async () => createSharedRig(0));
describeAudioOutput('shared memory whose indices pass 2^32', async () =>
  createSharedRig(2 ** 32 - 700),
);
describeAudioOutput('shared memory whose indices change sign', async () =>
  createSharedRig(2 ** 31 - 700),
);
describeAudioOutput('a port', createPortRig);
describeAudioOutput('the fake', async () => {
  const fake = new FakeAudioOutput({ sampleRateHz: RATE_HZ, capacitySamples });
  return {
    output: fake.output,
    capacitySamples,
    settle,
    async render(quanta) {
      await settle();
      const heard = new Float32Array(quanta * QUANTUM);
      // One at a time, so that reports are told as they come.
      for (let index = 0; index < quanta; index += 1) heard.set(fake.render(1), index * QUANTUM);
      await settle();
      return heard;
    },
    dispose: () => fake.dispose(),
  };
});

const signal = new AbortController().signal;

test('a producer that replaces another starts clean, with the same generation number', async () => {
  const host = new PortPlaybackHost(capacitySamples, { sampleRateHz: RATE_HZ });
  const connect = (): OutputRig => {
    const { port1, port2 } = new MessageChannel();
    host.attach(port1);
    return createRig(host, { kind: 'port', sampleRateHz: RATE_HZ, capacitySamples, port: port2 });
  };
  const first = connect();
  await settle();
  first.output.startGeneration(1);
  await first.output.write(new Float32Array(16_000).fill(0.5), { signal });
  await first.render(4);
  const second = connect();
  await settle();
  second.output.startGeneration(1);
  expect(lastSound(await second.render(4))).toBe(238);
  await second.output.write(ramp(1, 16_000), { signal });
  expect(numbers(await second.render(6))).toEqual(numbers(ramp(1, 6 * QUANTUM)));
  expect(second.output.cursor).toMatchObject({ generation: 1, isAudible: true, underruns: 0 });
  expect(second.output.cursor.playedSamples).toBeLessThanOrEqual(6 * QUANTUM);
  first.dispose();
  second.dispose();
});

test('a flush of a worklet that renders nothing resolves all the same', async () => {
  let fire = (): void => undefined;
  const memory = createPlaybackMemory({ capacitySamples, isShared: true });
  const output = openPlayback(
    { kind: 'shared', sampleRateHz: RATE_HZ, memory },
    {
      clock: {
        nowMs: () => 0,
        schedule(callback) {
          fire = callback;
          return () => undefined;
        },
      },
    },
  );
  output.startGeneration(1);
  await output.write(ramp(1, 100), { signal });
  let isDone = false;
  const flushed = output.flush().then(() => {
    isDone = true;
  });
  await settle();
  expect(isDone).toBe(false);
  fire();
  await flushed;
  output.dispose();
});
