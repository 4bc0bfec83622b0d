// The loudness of the microphone and of the agent, read from the audio graph once per frame. Main thread.
import type { VoiceAgentAudio } from '../index.ts';
import { h } from './dom.ts';

/** Loudness range of the meter, dBFS: room noise to loud speech. */
const FLOOR_DB = -60;
const CEILING_DB = -12;

/** Samples per reading: 21 ms at 48 kHz. */
const FFT_SIZE = 1_024;

/** 0 to 1 over the meter's range. */
export function toMeterLevel(samples: Float32Array): number {
  let energy = 0;
  for (const sample of samples) energy += sample * sample;
  const db = 10 * Math.log10(energy / Math.max(1, samples.length) + 1e-12);
  return Math.min(1, Math.max(0, (db - FLOOR_DB) / (CEILING_DB - FLOOR_DB)));
}

/** Decoration: the words beside it say the state. `audio` may appear, change and vanish at any time. */
export function createLevelMeter(audio: () => VoiceAgentAudio | null): HTMLElement {
  const element = h('span', { class: 'meter', 'aria-hidden': 'true' }, [h('i'), h('i')]);
  const taps = [new LevelTap(), new LevelTap()] as const;
  const bars = [...element.children] as HTMLElement[];
  const frame = (): void => {
    const current = audio();
    const nodes = [current?.input ?? null, current?.output ?? null];
    taps.forEach((tap, index) => {
      bars[index]?.style.setProperty('--level', tap.read(nodes[index] ?? null).toFixed(3));
    });
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  return element;
}

/** One analyser, moved along when its node changes. */
class LevelTap {
  #node: AudioNode | null = null;
  #analyser: AnalyserNode | null = null;
  readonly #samples = new Float32Array(FFT_SIZE);

  read(node: AudioNode | null): number {
    if (node !== this.#node) this.#attach(node);
    if (this.#analyser === null) return 0;
    this.#analyser.getFloatTimeDomainData(this.#samples);
    return toMeterLevel(this.#samples);
  }

  #attach(node: AudioNode | null): void {
    if (this.#analyser !== null) this.#node?.disconnect(this.#analyser);
    this.#node = node;
    this.#analyser = node?.context.createAnalyser() ?? null;
    if (node === null || this.#analyser === null) return;
    this.#analyser.fftSize = FFT_SIZE;
    node.connect(this.#analyser);
  }
}
