// Is the person done? A fixed silence, with an earlier point at which work may start ahead. Pure.

export interface EndpointingOptions {
  readonly eagerSilenceMs: number;
  readonly minSilenceMs: number;
  /** A turn longer than this ends even while the person speaks. */
  readonly maxTurnMs: number;
}

export type EndpointDecision = 'wait' | 'eager' | 'commit';

/** What is known of the open turn at the end of a window, all in ms of audio. */
export interface TurnProgress {
  readonly silenceMs: number;
  readonly turnMs: number;
}

export function decideEndpoint(
  progress: TurnProgress,
  options: EndpointingOptions,
): EndpointDecision {
  if (progress.turnMs >= options.maxTurnMs) return 'commit';
  if (progress.silenceMs >= options.minSilenceMs) return 'commit';
  return progress.silenceMs >= options.eagerSilenceMs ? 'eager' : 'wait';
}
