// An agent without ears, whose mind is a script: what is left of it on the device is the voice. In the browser.
import { createVoiceAgent } from '../../src/index.ts';
import type { EngineOptions, VoiceAgent, VoiceAgentEvent } from '../../src/index.ts';

type EventOf<Type extends VoiceAgentEvent['type']> = Extract<VoiceAgentEvent, { type: Type }>;

export interface SpeakingAgent {
  /** To be disposed of by the test. */
  readonly agent: VoiceAgent;
  /** All so far, oldest first. */
  readonly events: readonly VoiceAgentEvent[];
  readonly of: <Type extends VoiceAgentEvent['type']>(type: Type) => EventOf<Type>[];
}

/** @param say what it answers to anything */
export function createSpeakingAgent(
  tts: NonNullable<EngineOptions['tts']>,
  say: string,
): SpeakingAgent {
  const elsewhere = {
    kind: 'openai',
    baseUrl: 'https://nobody.invalid/v1',
    model: 'none',
  } as const;
  const agent = createVoiceAgent({
    assets: { modelsUrl: '/models/' },
    engines: {
      ...{ stt: elsewhere, turn: 'timer', tts },
      llm: { kind: 'persona', lines: [{ say }] },
    },
  });
  const events: VoiceAgentEvent[] = [];
  agent.on('*', (event) => void events.push(event));
  return {
    agent,
    events,
    of: <Type extends VoiceAgentEvent['type']>(type: Type) =>
      events.filter((event): event is EventOf<Type> => event.type === type),
  };
}
