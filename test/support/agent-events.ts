// What an agent tells, for tests to look at. In the browser.
import type { VoiceAgent, VoiceAgentEvent } from '../../src/index.ts';

type EventOf<Type extends VoiceAgentEvent['type']> = Extract<VoiceAgentEvent, { type: Type }>;

export interface AgentEvents {
  /** All so far, oldest first. */
  readonly events: readonly VoiceAgentEvent[];
  readonly of: <Type extends VoiceAgentEvent['type']>(type: Type) => EventOf<Type>[];
}

/** An engine that no test asks for anything. */
export const ELSEWHERE = {
  kind: 'openai',
  baseUrl: 'https://nobody.invalid/v1',
  model: 'none',
} as const;

/** From now on. */
export function watchEvents(agent: VoiceAgent): AgentEvents {
  const events: VoiceAgentEvent[] = [];
  agent.on('*', (event) => void events.push(event));
  return {
    events,
    of: <Type extends VoiceAgentEvent['type']>(type: Type) =>
      events.filter((event): event is EventOf<Type> => event.type === type),
  };
}
