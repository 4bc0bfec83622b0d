// The source of Kokoro's voice: harmonics of the pitch, as a short-time spectrum. Worker or Node.
import { unitsOf } from '../network/kernels.ts';
import type { NetworkTeam } from '../network/kernels.ts';
import { createSignal } from '../network/signal.ts';
import type { Signal } from '../network/signal.ts';
import type { QuantisedLayers } from '../onnx-graph/quantised-layers.ts';

const SOURCE = '/decoder/decoder/generator/m_source';
const SAMPLE_RATE_HZ = 24_000;
const HARMONICS = 9;
/** Samples and rows of the spectrum to a frame. */
const FRAME_SAMPLES = 300;
const FRAME_ROWS = 60;
const AMPLITUDE = 0.1;
/** Frames below have no pitch. */
const LOWEST_HZ = 10;
const WINDOW = 20;
const BINS = 11;
const ROW = 24;
const FLOAT_BYTES = 4;

export class HarmonicSource {
  readonly #team: NetworkTeam;
  /** f32 [10]: of the harmonics, and a constant. */
  readonly #weights: number;
  /** f32 [20][24]. */
  readonly #basis: number;

  /** Throws `RangeError` for a graph without this source, or without memory for it. */
  constructor(team: NetworkTeam, layers: Pick<QuantisedLayers, 'constant'>) {
    const { memory } = team;
    this.#team = team;
    this.#weights = memory.takeFloats(HARMONICS + 1);
    const weights = memory.floats(this.#weights, HARMONICS + 1);
    weights.set(layers.constant(`${SOURCE}/l_linear/MatMul`, 1).map((w) => AMPLITUDE * w));
    weights.set(layers.constant(`${SOURCE}/l_linear/Add`, 0), HARMONICS);
    this.#basis = memory.takeFloats(WINDOW * ROW);
    writeBasis(memory.floats(this.#basis, WINDOW * ROW));
  }

  /**
   * 60 rows for each frame and one more: 11 magnitudes and 11 angles, then two zeros.
   * @param pitchHz 80 frames to a second.
   */
  run(pitchHz: Float32Array): Signal {
    const { memory } = this.#team;
    const frames = pitchHz.length;
    const spectra = createSignal(memory, { rows: FRAME_ROWS * frames + 1, channels: ROW });
    const { top } = memory;
    const phases = memory.takeFloats((frames + 1) * 2 * HARMONICS);
    writePhases(memory.floats(phases, (frames + 1) * 2 * HARMONICS), pitchHz);
    const voiced = memory.takeFloats(frames);
    memory.floats(voiced, frames).set(pitchHz.map((hz) => (hz > LOWEST_HZ ? 1 : 0)));
    const length = frames * FRAME_SAMPLES;
    const margin = WINDOW / 2;
    const start = memory.takeFloats(length + 2 * margin);
    const out = start + margin * FLOAT_BYTES;
    this.#team.run('addHarmonics', [phases, this.#weights, voiced, out], frames);
    mirrorEnds(memory.floats(start, length + 2 * margin), margin);
    this.#team.run(
      'toMagnitudes',
      [start, this.#basis, spectra.rows, spectra.at],
      unitsOf(spectra.rows),
    );
    memory.release(top);
    return spectra;
  }
}

/** Turns at the middle of each frame, and from there to the next. In double precision: they add up over minutes. */
function writePhases(phases: Float32Array, pitchHz: Float32Array): void {
  for (let harmonic = 0; harmonic < HARMONICS; harmonic++) {
    let turns = 0;
    for (let frame = 0; frame <= pitchHz.length; frame++) {
      const perSample = ((pitchHz[frame] ?? 0) * (harmonic + 1)) / SAMPLE_RATE_HZ;
      // The graph takes whole turns off each sample.
      const steps = FRAME_SAMPLES * (perSample - Math.floor(perSample));
      // The first half of the first frame and the last half of the last one stand still.
      const isEnd = frame === 0 || frame === pitchHz.length;
      if (frame === 0) turns = steps;
      const at = frame * 2 * HARMONICS + harmonic;
      phases[at] = turns - Math.floor(turns);
      phases[at + HARMONICS] = isEnd ? 0 : steps;
      if (!isEnd) turns += steps;
    }
  }
}

/** Without repeating the first and the last value. */
function mirrorEnds(values: Float32Array, margin: number): void {
  const last = values.length - margin - 1;
  for (let k = 1; k <= margin; k++) {
    values[margin - k] = values[margin + k] ?? 0;
    values[last + k] = values[last - k] ?? 0;
  }
}

/** What each sample of a window adds to real and imaginary parts; the window is a raised cosine. */
function writeBasis(basis: Float32Array): void {
  basis.fill(0);
  for (let sample = 0; sample < WINDOW; sample++) {
    const weight = 0.5 - 0.5 * Math.cos((2 * Math.PI * sample) / WINDOW);
    for (let bin = 0; bin < BINS; bin++) {
      const angle = (2 * Math.PI * ((bin * sample) % WINDOW)) / WINDOW;
      basis[sample * ROW + bin] = weight * Math.cos(angle);
      // A constant and the highest frequency have no imaginary part.
      const isReal = bin === 0 || bin === BINS - 1;
      basis[sample * ROW + ROW / 2 + bin] = isReal ? 0 : -weight * Math.sin(angle);
    }
  }
}
