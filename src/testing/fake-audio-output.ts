// A loudspeaker for tests: the product's own playback, rendered on demand or by a clock; portable.
import type { Clock } from '../core/clock.ts';
import type { AudioOutput } from '../core/contracts/audio-io.ts';
import { SharedPlaybackHost } from '../core/playback-host.ts';
import { RingPlaybackWriter } from '../core/playback-link.ts';
import { LinkedAudioOutput } from '../core/playback-output.ts';
import { createPlaybackMemory, playbackWakeWord } from '../core/playback-ring.ts';
import { SignalWake } from '../core/wake.ts';

const QUANTUM = 128;
/** With a clock, this many quanta are rendered at a time: 8 ms at 48 kHz. */
const QUANTA_PER_TICK = 3;

export interface FakeAudioOutputOptions {
  /** Default 48,000. */
  readonly sampleRateHz?: number;
  /** Rounded up to a power of two. Default five seconds. */
  readonly capacitySamples?: number;
  /** Renders in its time; without one nothing is rendered but by `render`. */
  readonly clock?: Clock;
}

/** Fades, gates and counts as the worklet does, since it is the worklet's own code that renders. */
export class FakeAudioOutput {
  readonly output: AudioOutput;
  readonly #link: RingPlaybackWriter;
  readonly #host: SharedPlaybackHost;
  readonly #wakeCount: () => number;
  readonly #played: Map<number, number> = new Map();
  #frame = 0;
  #cancelTick: () => void = () => undefined;

  constructor(options: FakeAudioOutputOptions = {}) {
    const sampleRateHz = options.sampleRateHz ?? 48_000;
    const capacitySamples = options.capacitySamples ?? 5 * sampleRateHz;
    const memory = createPlaybackMemory({ capacitySamples, isShared: false });
    const { header, word } = playbackWakeWord(memory);
    this.#wakeCount = () => header[word] ?? 0;
    this.#host = new SharedPlaybackHost(memory, { sampleRateHz });
    this.#link = new RingPlaybackWriter(memory, new SignalWake());
    const clock = options.clock ?? { nowMs: () => 0, schedule: () => () => undefined };
    this.output = new LinkedAudioOutput(this.#link, { sampleRateHz, clock });
    if (options.clock !== undefined) this.#tick(options.clock);
  }

  /** Samples of a generation that were rendered, the fade that ends a flushed one included. */
  playedSamples(generation: number): number {
    return this.#played.get(generation) ?? 0;
  }

  /** Renders `quanta` quanta of 128 samples; returns what would be heard. */
  render(quanta: number): Float32Array {
    const heard = new Float32Array(quanta * QUANTUM);
    const wakesBefore = this.#wakeCount();
    for (let index = 0; index < quanta; index += 1, this.#frame += QUANTUM) {
      this.#host.render(heard.subarray(index * QUANTUM, (index + 1) * QUANTUM), this.#frame);
      const { generation, playedSamples } = this.#link.cursor;
      this.#played.set(generation, playedSamples);
    }
    if (this.#wakeCount() !== wakesBefore) this.#link.wake.signal();
    return heard;
  }

  dispose(): void {
    this.#cancelTick();
    this.output.dispose();
  }

  #tick(clock: Clock): void {
    const tickMs = ((QUANTUM * QUANTA_PER_TICK) / this.output.sampleRateHz) * 1_000;
    this.#cancelTick = clock.schedule(() => {
      this.render(QUANTA_PER_TICK);
      this.#tick(clock);
    }, tickMs);
  }
}
