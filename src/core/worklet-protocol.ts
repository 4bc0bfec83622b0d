// What the main thread and the audio worklets say to each other. Types and names only; any thread.

/** Names under which the processors are registered. */
export const CAPTURE_PROCESSOR = 'parley-capture';
export const PLAYBACK_PROCESSOR = 'parley-playback';

/** Where a processor puts, or finds, its samples: memory it is given, or a port that follows. */
export type WorkletStore =
  | { readonly kind: 'shared'; readonly memory: SharedArrayBuffer }
  | { readonly kind: 'port'; readonly capacitySamples: number };

export interface CaptureProcessorOptions {
  readonly store: WorkletStore;
}

export interface PlaybackProcessorOptions {
  readonly store: WorkletStore;
  readonly prebufferMs: number;
}

/** `connect` gives a processor the port of its partner, replacing an earlier one; `stop` is final. */
export type WorkletMessage =
  { readonly type: 'connect'; readonly port: MessagePort } | { readonly type: 'stop' };
