// Which frames of an utterance a voice makes at once, so that it is heard while it is made. Pure, portable.

/** A frame is 256 samples, 12 ms at 22,050 Hz. With the frames around them these take 24 ms on one thread, 20 would take 29. */
const FIRST_FRAMES = 12;
/** Each part is made in a fraction of the time that the one before it takes to be heard. */
const GROWTH = 2;
/** What is left over and shorter is made with the part before it. */
const SHORTEST_FRAMES = 24;
/** Of the silence in front these hold the onset of the first sound. */
const ONSET_FRAMES = 2;

/**
 * Frames from and to, in order and without gaps, up to the end. The silence in front is left out: the first symbol
 * stands for it, and it lasts from 1 to some 20 frames.
 * @param durations frames of each symbol.
 */
export function toParts(durations: Float32Array): [from: number, to: number][] {
  const frames = durations.reduce((sum, each) => sum + each, 0);
  const parts: [number, number][] = [];
  let from = Math.max(0, (durations[0] ?? 0) - ONSET_FRAMES);
  for (let size = FIRST_FRAMES; from < frames; size *= GROWTH) {
    const to = from + size + SHORTEST_FRAMES > frames ? frames : from + size;
    parts.push([from, to]);
    from = to;
  }
  return parts;
}
