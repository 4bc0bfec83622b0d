// Reducers over the agent's events, as tables with one function per event type. Main thread, pure.
import type { VoiceAgentEvent } from '../index.ts';

export type EventOf<Type extends VoiceAgentEvent['type']> = Extract<
  VoiceAgentEvent,
  { type: Type }
>;

/** What each event type makes of a state; a type that is left out changes nothing. */
export type EventTable<State> = {
  readonly [Type in VoiceAgentEvent['type']]?: (state: State, event: EventOf<Type>) => State;
};

/** The state after `event`; the same object when the table has nothing to say about it. */
export function reduceByTable<State>(
  table: EventTable<State>,
  state: State,
  event: VoiceAgentEvent,
): State {
  // The key and the argument come from the same event, which the type system cannot express.
  const reduce = table[event.type] as ((state: State, event: VoiceAgentEvent) => State) | undefined;
  return reduce === undefined ? state : reduce(state, event);
}
