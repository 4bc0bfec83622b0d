// What the recorder's audio thread tells the page. Types and one name, on both.

export const RECORDER_PROCESSOR = 'talk-recorder';

export type RecorderMessage =
  /** The first recorded frame, as the context counts frames. */
  | { readonly type: 'started'; readonly frame: number }
  /** Interleaved s16 of both channels; the receiver owns it. */
  | { readonly type: 'block'; readonly samples: Int16Array }
  /** The agent's channel crossed the threshold; `recordedFrame` begins the window that says so. */
  | { readonly type: 'level'; readonly recordedFrame: number; readonly isLoud: boolean }
  /** The recorder was not called for a while; silence was recorded in its place. */
  | { readonly type: 'gap'; readonly recordedFrame: number; readonly missingFrames: number }
  | { readonly type: 'ended' };
