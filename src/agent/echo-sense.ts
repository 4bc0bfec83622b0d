// Joins the echo guard with the player: what is written to the output is its reference. Runs in the turn
// worker; portable.
import type { AudioOutput } from '../core/contracts/audio-io.ts';
import { EchoGuard } from '../turn/echo-guard.ts';
import type { EchoVerdict } from '../turn/echo-guard.ts';
import type { EchoOptions } from './options.ts';
import { PlayoutEnvelope } from './playout-envelope.ts';

export class EchoSense {
  readonly #guard: EchoGuard;
  readonly #envelope: PlayoutEnvelope;
  #isOn: boolean;
  #tapped: { sink: AudioOutput; tap: AudioOutput; detach: () => void } | null = null;

  constructor(options: Required<EchoOptions>) {
    this.#isOn = options.guard === 'on';
    this.#guard = new EchoGuard(options);
    this.#envelope = new PlayoutEnvelope((atMs, powerDb) =>
      this.#guard.handleReference(atMs, powerDb),
    );
  }

  setOptions(options: Required<EchoOptions>): void {
    this.#isOn = options.guard === 'on';
    this.#guard.setOptions(options);
  }

  /** The output to write to, so that the guard knows what is played; another one forgets the room. */
  tap(sink: AudioOutput): AudioOutput {
    if (this.#tapped?.sink === sink) return this.#tapped.tap;
    if (this.#tapped !== null) {
      this.#tapped.detach();
      this.#guard.reset();
    }
    const tap = tapOutput(sink, this.#envelope);
    const detach = sink.onCursor((cursor) => this.#envelope.handleCursor(cursor));
    this.#tapped = { sink, tap, detach };
    return tap;
  }

  /** Call for every window, in order: it learns from each. */
  judge(window: { startMs: number; pcm: Float32Array }): EchoVerdict {
    const verdict = this.#guard.handleWindow(window);
    return this.#isOn ? verdict : 'clear';
  }

  dispose(): void {
    this.#tapped?.detach();
    this.#tapped = null;
  }
}

function tapOutput(sink: AudioOutput, envelope: PlayoutEnvelope): AudioOutput {
  let generation = 0;
  return {
    sampleRateHz: sink.sampleRateHz,
    get cursor() {
      return sink.cursor;
    },
    startGeneration: (next) => {
      generation = next;
      sink.startGeneration(next);
    },
    write: (pcm, options) => {
      envelope.addPcm(generation, pcm, sink.sampleRateHz);
      return sink.write(pcm, options);
    },
    endGeneration: () => sink.endGeneration(),
    setGate: (gate) => sink.setGate(gate),
    flush: () => sink.flush(),
    onCursor: (listener) => sink.onCursor(listener),
    dispose: () => sink.dispose(),
  };
}
