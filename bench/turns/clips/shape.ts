// Sample arithmetic for clips: edges, levels, rests of room tone. Pure; mono, [-1, 1].
import {
  concatenate,
  fadeIn,
  fadeOut,
  fromDecibels,
  toDecibels,
  toRms,
} from '../../../src/core/pcm.ts';
import { Loudness } from '../../../talk/report/loudness.ts';
import type { Span } from '../../../talk/report/loudness.ts';
import { createRandom } from './random.ts';

export interface Signal {
  readonly pcm: Float32Array;
  readonly sampleRateHz: number;
}

/** Kept around the sound, so that soft onsets survive; faded. */
const EDGE_MS = 30;
const FADE_MS = 5;

/** What is shorter, and apart from all else, is a breath or a click at the edge of a recording. */
const CLICK_MS = 100;

/** A rest must be under the rig's threshold of -40 dBFS with room to spare. */
const TONE_DB = -62;
const TONE_WINDOW_MS = 60;

/** The stretch from the first to the last loud sample, with soft edges. The input is not changed. */
export function trimToSound({ pcm, sampleRateHz }: Signal): Float32Array {
  const found = new Loudness(pcm, sampleRateHz).spans();
  const isClick = (span: Span | undefined): boolean =>
    found.length > 1 && span !== undefined && span.endMs - span.startMs < CLICK_MS;
  const spans = found.slice(isClick(found[0]) ? 1 : 0, isClick(found.at(-1)) ? -1 : undefined);
  const toSample = (ms: number): number => Math.round((ms * sampleRateHz) / 1000);
  const from = Math.max(0, toSample((spans[0]?.startMs ?? 0) - EDGE_MS));
  const cut = pcm.slice(from, toSample((spans.at(-1)?.endMs ?? 0) + EDGE_MS));
  fadeIn(cut, toSample(FADE_MS));
  fadeOut(cut, toSample(FADE_MS));
  return cut;
}

/** Scaled so that its loud parts have this level as RMS; peaks stay below full scale. */
export function toLevel({ pcm, sampleRateHz }: Signal, levelDb: number): Float32Array {
  const windowSamples = Math.round(sampleRateHz / 100);
  const levels: number[] = [];
  for (let at = 0; at + windowSamples <= pcm.length; at += windowSamples) {
    levels.push(toRms(pcm.subarray(at, at + windowSamples)));
  }
  const floor = Math.max(...levels) / 10;
  const loud = levels.filter((level) => level > floor);
  const power = loud.reduce((sum, level) => sum + level ** 2, 0) / Math.max(1, loud.length);
  const peak = pcm.reduce((max, sample) => Math.max(max, Math.abs(sample)), 1e-9);
  const gain = Math.min(fromDecibels(levelDb) / Math.sqrt(power + 1e-12), 0.95 / peak);
  return pcm.map((sample) => sample * gain);
}

/** The middle of the quietest stretch in the middle half: between two words, in read speech. */
export function quietestSample({ pcm, sampleRateHz }: Signal): number {
  const windowSamples = Math.round((TONE_WINDOW_MS * sampleRateHz) / 1000);
  const step = Math.round(windowSamples / 6);
  const last = Math.floor(pcm.length * 0.75) - windowSamples;
  let best = { at: Math.floor(pcm.length / 2), level: Infinity };
  for (let at = Math.floor(pcm.length * 0.25); at < last; at += step) {
    const level = toRms(pcm.subarray(at, at + windowSamples));
    if (level < best.level) best = { at: at + Math.floor(windowSamples / 2), level };
  }
  return best.at;
}

/** Two stretches of sound with a rest of room tone between them. */
export function joinWithRest(
  parts: readonly [Float32Array, Float32Array],
  rest: { readonly pauseMs: number; readonly sampleRateHz: number; readonly seed: number },
): Float32Array {
  const [first, second] = parts.map((part) => part.slice());
  if (first === undefined || second === undefined) return new Float32Array(0);
  const fadeSamples = Math.round((FADE_MS * rest.sampleRateHz) / 1000);
  fadeOut(first, fadeSamples);
  fadeIn(second, fadeSamples);
  return concatenate([first, roomTone(rest), second]);
}

/** Adds a sound at a place; what does not fit is left out. */
export function mixIn(
  track: Float32Array,
  sound: Float32Array,
  place: { at: number; gain: number },
): void {
  const count = Math.min(sound.length, track.length - place.at);
  for (let index = 0; index < count; index += 1) {
    const at = place.at + index;
    track[at] = (track[at] ?? 0) + (sound[index] ?? 0) * place.gain;
  }
}

/** Soft noise without highs, as of a quiet room. */
function roomTone(rest: { pauseMs: number; sampleRateHz: number; seed: number }): Float32Array {
  const random = createRandom(rest.seed);
  let state = 0;
  const tone = new Float32Array(Math.round((rest.pauseMs * rest.sampleRateHz) / 1000)).map(() => {
    state += 0.1 * (random() * 2 - 1 - state);
    return state;
  });
  const gain = fromDecibels(TONE_DB - toDecibels(toRms(tone)));
  return tone.map((sample) => sample * gain);
}
