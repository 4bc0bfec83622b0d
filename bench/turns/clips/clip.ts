// What a clip of the turn suite is: a recipe, and the file made of it. Types only, Node.
import type { ClipKind } from '../../../talk/page/plan.ts';

/**
 * `pause`: a question with a rest inside. `interruption`: words that mean the agent should stop.
 * `backchannel`: words that mean it should go on. `noise`: no words for the agent at all.
 */
export type ClipSet = 'pause' | 'interruption' | 'backchannel' | 'noise';

export const KIND_OF_SET: Readonly<Record<ClipSet, ClipKind>> = {
  pause: 'speech',
  interruption: 'speech',
  backchannel: 'backchannel',
  noise: 'noise',
};

/** Where samples come from. */
export type Sound =
  /** A person, from the recordings that the tests use. */
  | { readonly from: 'recording'; readonly file: string }
  /** A sound that a Debian package ships; `path` is within it. */
  | { readonly from: 'package'; readonly name: PackageName; readonly path: string }
  | { readonly from: 'kokoro'; readonly voice: string; readonly text: string }
  | {
      readonly from: 'espeak';
      readonly voice: string;
      readonly text: string;
      readonly wordsPerMinute: number;
    }
  /** Made of other sounds or of nothing, the same for the same seed. */
  | {
      readonly from: 'made';
      readonly what: 'cough' | 'keyboard' | 'babble';
      readonly seed: number;
    };

export type PackageName =
  'asterisk-core-sounds-en-wav' | 'asterisk-moh-opsound-wav' | 'bucklespring-data';

export interface ClipRecipe {
  /** Unique; the file's name. */
  readonly id: string;
  readonly set: ClipSet;
  /** What is said in it; empty for noise. */
  readonly text: string;
  /** One sound, or two with the rest between them. */
  readonly sounds: readonly [Sound] | readonly [Sound, Sound];
  /** Length of the rest; of one sound, the rest is put into its middle silence. Null for none. */
  readonly pauseMs: number | null;
  /** The stretch of a long sound to take. */
  readonly takeMs?: readonly [number, number];
}

export interface TurnClip extends Pick<ClipRecipe, 'id' | 'set' | 'text' | 'pauseMs'> {
  /** Absolute path: 48 kHz mono, 16 bit. */
  readonly file: string;
  readonly lengthMs: number;
  /** Within the file, found by the rig's own rule of loudness. */
  readonly speechSpansMs: readonly (readonly [number, number])[];
  /** What it is and whose: `recording`, `synthetic voice`, `package sound` or `synthesised`, with licence. */
  readonly origin: string;
}
