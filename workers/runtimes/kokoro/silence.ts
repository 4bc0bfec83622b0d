// Which frames of Kokoro's generator are made: the voice, and little of the silence around it. Pure, worker or Node.
import type { StandIn } from './adaptive-norm.ts';

/** Frames from the first up to, not including, the last. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

export interface Abridgement {
  /** The frames that are made, in order. */
  readonly stretches: readonly Stretch[];
  /** Frames in front of the voice that are not. */
  readonly skipped: number;
  /** What counts for those that are not, in shares of those that are. */
  readonly leftOut: readonly StandIn[];
}

/** Loudness, as the prosody draws it, under which a frame is silent: -65 to -70 dBFS. */
const SILENT = -3;
/**
 * Frames of silence that are made at the very ends: a network that sees zeros beyond them, instead of the silence
 * that it was trained with, differs there, and its norms spread what differs over all of the voice.
 */
const OUTER = 6;
/** And next to the voice. */
const INNER = 4;
/** Of those, what is not like the silence further in: next to zeros or to the voice, and at the seam. */
const UNLIKE = { edge: 2, seam: 1 } as const;

/**
 * All but ten frames is left out of the silence in front of the voice, and of that behind it.
 * @param loudness Of each frame.
 */
export function abridge(loudness: Float32Array): Abridgement {
  const frames = loudness.length;
  const first = loudness.findIndex((value) => value >= SILENT);
  if (first < 0) return { stretches: [{ from: 0, to: frames }], skipped: 0, leftOut: [] };
  const end = loudness.findLastIndex((value) => value >= SILENT) + 1;
  const gaps = [
    { from: OUTER, to: first - INNER, near: [OUTER, INNER] as const },
    { from: end + INNER, to: frames - OUTER, near: [INNER, OUTER] as const },
  ].filter(({ from, to }) => to > from);

  const stretches: Stretch[] = [];
  const standIns: StandIn[] = [];
  let [made, next] = [0, 0];
  for (const { from, to, near } of gaps) {
    stretches.push({ from: next, to: from });
    made += from - next;
    next = to;
    // The silence on either side stands for half of it.
    const missing = (to - from) / 2;
    const { edge, seam } = UNLIKE;
    standIns.push({ from: made - near[0] + edge, to: made - seam, missing });
    standIns.push({ from: made + seam, to: made + near[1] - edge, missing });
  }
  stretches.push({ from: next, to: frames });
  made += frames - next;
  const leftOut = standIns.map(({ from, to, missing }) => ({
    from: from / made,
    to: to / made,
    missing: missing / made,
  }));
  return { stretches, skipped: Math.max(0, first - INNER - OUTER), leftOut };
}
