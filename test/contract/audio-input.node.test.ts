// The AudioInput suite against the writers themselves, without a browser.
import { expect, test, vi } from 'vitest';
import { PortCaptureWriter, SharedCaptureWriter } from '../../src/core/capture-host.ts';
import type { CaptureSink } from '../../src/core/capture-host.ts';
import { openCapture } from '../../src/core/capture-input.ts';
import {
  captureWakeWord,
  CaptureRingReader,
  CaptureRingWriter,
  createCaptureMemory,
} from '../../src/core/capture-ring.ts';
import type { AudioInput } from '../../src/core/contracts/audio-io.ts';
import { FakeAudioInput } from '../../src/testing/fake-audio-input.ts';
import { describeAudioInput, readAll } from './audio-input.suite.ts';
import type { InputRig } from './audio-input.suite.ts';

const sampleRateHz = 48_000;
const capacitySamples = 8_192;

/** Messages between ports of one Node thread take a few turns of its loop. */
async function settle(): Promise<void> {
  for (let i = 0; i < 6; i += 1) await new Promise((resolve) => setImmediate(resolve));
}

function createRig(writer: CaptureSink, input: AudioInput): InputRig & { settle: typeof settle } {
  const quantum = new Float32Array(128);
  let next = 0;
  return {
    input,
    firstIndex: 0,
    capacitySamples,
    settle,
    async capture(quanta) {
      for (let i = 0; i < quanta; i += 1, next += 128) {
        writer.write(quantum.map((_, k) => next + k));
        if (i % 15 === 14) await settle();
      }
      await settle();
    },
    dispose() {
      input.dispose();
      writer.close();
    },
  };
}

function createSharedRig(startIndex: number): InputRig {
  const memory = createCaptureMemory({ capacitySamples, startIndex });
  const writer = new SharedCaptureWriter(memory);
  return createRig(writer, openCapture({ kind: 'shared', sampleRateHz, memory }));
}

async function createPortRig(): Promise<InputRig> {
  const { port1, port2 } = new MessageChannel();
  const writer = new PortCaptureWriter(port1, { sampleRateHz, capacitySamples });
  const rig = createRig(
    writer,
    openCapture({ kind: 'port', sampleRateHz, capacitySamples, port: port2 }),
  );
  await settle();
  return rig;
}

describeAudioInput('the fake', async () => {
  const fake = new FakeAudioInput({ sampleRateHz, capacitySamples });
  await settle();
  let next = 0;
  return {
    input: fake.input,
    firstIndex: 0,
    capacitySamples,
    async capture(quanta) {
      for (let index = 0; index < quanta; index += 1, next += 128) {
        fake.capture(Float32Array.from({ length: 128 }, (_, offset) => next + offset));
        if (index % 15 === 14) await settle();
      }
      await settle();
    },
    dispose: () => fake.dispose(),
  };
});
describeAudioInput('shared memory', async () => createSharedRig(0));
describeAudioInput('shared memory whose indices pass 2^32', async () =>
  createSharedRig(2 ** 32 - 700),
);
describeAudioInput('shared memory whose indices change sign', async () =>
  createSharedRig(2 ** 31 - 700),
);
describeAudioInput('a port', createPortRig);

test('reading starts with what is captured after opening, at its true position', async () => {
  const memory = createCaptureMemory({ capacitySamples, startIndex: 2 ** 32 - 100 });
  const writer = new SharedCaptureWriter(memory);
  for (let i = 0; i < 200; i += 1) writer.write(new Float32Array(128).fill(i));
  const input = openCapture({ kind: 'shared', sampleRateHz, memory });
  expect(input.positionSamples).toBe(25_600);
  expect(input.availableSamples).toBe(0);
  writer.write(new Float32Array(128).fill(200));
  expect(readAll(input, 128)[0]).toEqual({ position: 25_600, sample: 200 });
  expect(input.stats.lostSamples).toBe(0);
});

test('a port whose reader hangs leaves out blocks in the worklet, and the reader counts them', async () => {
  const { port1, port2 } = new MessageChannel();
  const writer = new PortCaptureWriter(port1, { sampleRateHz, capacitySamples });
  const input = openCapture({ kind: 'port', sampleRateHz, capacitySamples, port: port2 });
  await settle();
  // All in one turn of the loop: nothing is received, nothing is recycled. 5 blocks * 2 exist.
  const quantum = new Float32Array(480);
  for (let i = 0; i < 100; i += 1) writer.write(quantum.fill(i));
  await settle();
  for (let i = 100; i < 108; i += 1) writer.write(quantum.fill(i));
  await settle();
  const blocks = readAll(input, 480);
  const numbers = [...new Set(blocks.map(({ sample }) => sample))];
  expect(blocks.every(({ position, sample }) => Math.floor(position / 480) === sample)).toBe(true);
  expect(numbers).toEqual([32, 33, 34, 35, 36, 37, 38, 39, 100, 101, 102, 103, 104, 105, 106, 107]);
  expect(input.stats).toEqual({ readSamples: 16 * 480, lostSamples: 92 * 480 });
  input.dispose();
  writer.close();
});

test('a port posts nothing before its reader opens, and nothing after it closed', async () => {
  const { port1, port2 } = new MessageChannel();
  const posted = vi.spyOn(port1, 'postMessage');
  const writer = new PortCaptureWriter(port1, { sampleRateHz, capacitySamples });
  writer.start(960);
  writer.write(new Float32Array(1_000));
  expect(posted).toHaveBeenCalledTimes(0);
  const input = openCapture({ kind: 'port', sampleRateHz, capacitySamples, port: port2 });
  await settle();
  writer.write(new Float32Array(1_920));
  await settle();
  expect(posted).toHaveBeenCalledTimes(1);
  expect(input.positionSamples).toBe(960 + 1_000);
  expect(input.stats.lostSamples).toBe(0);
  input.dispose();
  await settle();
  writer.write(new Float32Array(1_920));
  expect(posted).toHaveBeenCalledTimes(1);
  writer.close();
});

test('a read that is overtaken while it copies hands out nothing torn', () => {
  const memory = createCaptureMemory({ capacitySamples: 1_024 });
  const writer = new CaptureRingWriter(memory);
  const reader = new CaptureRingReader(memory);
  let next = 0;
  const write = (blocks: number): void => {
    for (let i = 0; i < blocks; i += 1, next += 128) {
      writer.write(Float32Array.from({ length: 128 }, (_, k) => next + k));
    }
  };
  write(6);
  // The writer laps the reader between the first sample of the copy and the second.
  let isLapped = false;
  const heard = new Float32Array(512);
  const into = new Proxy(heard, {
    get: (target, key) => Reflect.get(target, key) as unknown,
    set(target, key, value: number) {
      target[Number(key)] = value;
      if (!isLapped) {
        isLapped = true;
        write(20);
      }
      return true;
    },
  });
  const count = reader.read(into);
  const first = reader.positionSamples - count;
  expect(count).toBe(512);
  expect([...heard]).toEqual(Array.from({ length: 512 }, (_, i) => first + i));
  expect(reader.lostSamples).toBe(first);
  expect(first).toBe(26 * 128 - 896);
});

test('the shared writer wakes its reader when what it waits for is there, and not again', () => {
  const memory = createCaptureMemory({ capacitySamples, startIndex: 2 ** 32 - 1_000 });
  const { header, word } = captureWakeWord(memory);
  const writer = new SharedCaptureWriter(memory);
  const reader = new CaptureRingReader(memory);
  const write = (quanta: number): number => {
    const before = header[word] ?? 0;
    for (let i = 0; i < quanta; i += 1) writer.write(new Float32Array(128));
    return (header[word] ?? 0) - before;
  };
  write(1);
  reader.read(new Float32Array(128));
  expect(reader.want(1_536)).toBe(false);
  expect(write(11)).toBe(0);
  expect(write(1)).toBe(1);
  expect(write(3)).toBe(0);
  expect(reader.want(1_536)).toBe(true);
  reader.read(new Float32Array(1_536));
  expect(reader.want(400)).toBe(false);
  expect(write(1)).toBe(1);
});

test('over a port comes what is waited for, as soon as it is captured', async () => {
  const { port1, port2 } = new MessageChannel();
  const posted = vi.spyOn(port1, 'postMessage');
  const writer = new PortCaptureWriter(port1, { sampleRateHz, capacitySamples });
  const input = openCapture({ kind: 'port', sampleRateHz, capacitySamples, port: port2 });
  await settle();
  // Nothing tells the reader where it stands before the first block.
  for (let i = 0; i < 15; i += 1) writer.write(new Float32Array(128));
  await settle();
  input.read(new Float32Array(1_920));
  const waited = input.waitForSamples(1_536, { signal: new AbortController().signal });
  await settle();
  for (let i = 0; i < 11; i += 1) writer.write(new Float32Array(128));
  expect(posted).toHaveBeenCalledTimes(1);
  writer.write(new Float32Array(128));
  expect(posted).toHaveBeenCalledTimes(2);
  await waited;
  expect(input.availableSamples).toBe(1_536);
  // A wish that comes late is fulfilled at once.
  for (let i = 0; i < 3; i += 1) writer.write(new Float32Array(128));
  await input.waitForSamples(1_600, { signal: new AbortController().signal });
  expect(input.availableSamples).toBe(15 * 128);
  input.dispose();
  writer.close();
});
