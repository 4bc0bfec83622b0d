import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CaptureRingReader, createCaptureMemory } from '../../../src/core/capture-ring.ts';

type Process = (inputs: Float32Array[][], outputs: Float32Array[][]) => boolean;
type Processor = new (options: object) => { process: Process };

const QUANTUM = 128;
let Capture: Processor;

/** The audio thread's globals, as far as the worklet uses them. */
beforeEach(async () => {
  vi.stubGlobal('sampleRate', 48_000);
  vi.stubGlobal('currentFrame', 0);
  vi.stubGlobal(
    'AudioWorkletProcessor',
    class {
      readonly port = { onmessage: null };
    },
  );
  vi.stubGlobal('registerProcessor', (_: string, processor: Processor) => (Capture = processor));
  vi.resetModules();
  const worklet = '../../../workers/worklets/capture.worklet.ts';
  await import(/* @vite-ignore */ worklet);
});
afterEach(() => vi.unstubAllGlobals());

/** Renders a quantum of ones at each frame; what a reader finds, and the frame of the next sample. */
function render(frames: readonly number[]): { samples: number[]; positionSamples: number } {
  const memory = createCaptureMemory({ capacitySamples: 8_192 });
  const reader = new CaptureRingReader(memory);
  const store = { kind: 'shared', memory };
  const processor = new Capture({ processorOptions: { store } });
  for (const frame of frames) {
    vi.stubGlobal('currentFrame', frame);
    processor.process([[new Float32Array(QUANTUM).fill(1)]], [[new Float32Array(QUANTUM)]]);
  }
  const samples = new Float32Array(reader.availableSamples);
  reader.read(samples);
  return { samples: [...samples], positionSamples: reader.positionSamples };
}

const ones = (quanta: number): number[] => Array(quanta * QUANTUM).fill(1) as number[];
const zeros = (quanta: number): number[] => Array(quanta * QUANTUM).fill(0) as number[];

test('quanta that the context left out are captured as silence: positions stay context frames', () => {
  const { samples, positionSamples } = render([1_280, 1_408, 1_792, 1_920]);
  expect(samples).toEqual([...ones(2), ...zeros(2), ...ones(2)]);
  expect(positionSamples).toBe(2_048);
});

test('a frame that is shown twice is no loss', () => {
  const { samples, positionSamples } = render([1_280, 1_408, 1_408, 1_664]);
  expect(samples).toEqual(ones(4));
  expect(positionSamples).toBe(1_792);
});
