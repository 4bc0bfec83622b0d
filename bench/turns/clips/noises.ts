// Sounds that are no speech, made of other sounds or of nothing. Pure; mono, [-1, 1].
import { createRandom } from './random.ts';
import { mixIn, toLevel } from './shape.ts';

interface Making {
  readonly seed: number;
  readonly sampleRateHz: number;
}

const KEYBOARD_MS = 3_000;
/** Between two keys of somebody who writes, ms. */
const KEY_GAP_MS = { least: 70, most: 260 };
const BABBLE_MS = 3_000;
const BABBLE_VOICES = 6;

/** Resonances of an open mouth, Hz, that colour a cough's noise. */
const COUGH_FORMANTS_HZ = [650, 1_250, 2_600];

/**
 * Two or three bursts of noise, each sharp at first and dying away within a quarter of a second, as
 * the explosive and the intermediate phase of a cough do; no voiced phase.
 */
export function makeCough({ seed, sampleRateHz }: Making): Float32Array {
  const random = createRandom(seed);
  const bursts = 1 + (seed % 3);
  const track = new Float32Array(Math.round(sampleRateHz * (0.35 * bursts + 0.1)));
  for (let burst = 0; burst < bursts; burst += 1) {
    const at = Math.round(sampleRateHz * burst * (0.3 + 0.05 * random()));
    const length = Math.round(sampleRateHz * (0.18 + 0.1 * random()));
    const decayS = 0.04 + 0.04 * random();
    const noise = new Float32Array(length).map((_, index) => {
      const t = index / sampleRateHz;
      return (random() * 2 - 1) * Math.min(1, t / 0.004) * (Math.exp(-t / decayS) + 0.12);
    });
    for (const hz of COUGH_FORMANTS_HZ) {
      const coloured = resonate(noise, { hz: hz * (0.9 + 0.2 * random()), sampleRateHz });
      mixIn(track, coloured, { at, gain: 650 / hz });
    }
  }
  return track;
}

/** Somebody writing: key sounds one after the other at uneven distances. */
export function makeKeyboard(keys: readonly Float32Array[], making: Making): Float32Array {
  const { seed, sampleRateHz } = making;
  const random = createRandom(seed);
  const track = new Float32Array(Math.round((KEYBOARD_MS * sampleRateHz) / 1000));
  for (let at = 0; at < track.length;) {
    const key = keys[Math.floor(random() * keys.length)] ?? new Float32Array(0);
    mixIn(track, key, { at: Math.round(at), gain: 0.6 + 0.4 * random() });
    const gapMs = KEY_GAP_MS.least + random() * (KEY_GAP_MS.most - KEY_GAP_MS.least);
    at += (gapMs * sampleRateHz) / 1000;
  }
  return track;
}

/** People talking in the background: six stretches of speech at once. */
export function makeBabble(voices: readonly Float32Array[], making: Making): Float32Array {
  const { seed, sampleRateHz } = making;
  const random = createRandom(seed);
  const track = new Float32Array(Math.round((BABBLE_MS * sampleRateHz) / 1000));
  for (let voice = 0; voice < BABBLE_VOICES; voice += 1) {
    const speech = voices[(seed + voice) % voices.length] ?? new Float32Array(0);
    const even = toLevel({ pcm: speech, sampleRateHz }, -26);
    const start = Math.floor(random() * even.length);
    // Round and round: a short sentence fills the stretch too.
    for (let at = -start; at < track.length; at += even.length) {
      if (at < 0) mixIn(track, even.subarray(-at), { at: 0, gain: 1 });
      else mixIn(track, even, { at, gain: 1 });
    }
  }
  return track;
}

/** A two-pole resonance, 200 Hz wide. */
function resonate(
  pcm: Float32Array,
  { hz, sampleRateHz }: { hz: number; sampleRateHz: number },
): Float32Array {
  const radius = Math.exp((-Math.PI * 200) / sampleRateHz);
  const turn = 2 * radius * Math.cos((2 * Math.PI * hz) / sampleRateHz);
  let [before, last] = [0, 0];
  return pcm.map((sample) => {
    const value = (1 - radius) * sample + turn * last - radius * radius * before;
    [before, last] = [last, value];
    return value;
  });
}
