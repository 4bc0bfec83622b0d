// An agent without ears, whose mind is a script: what is left of it on the device is the voice. In the browser.
import { createVoiceAgent } from '../../src/index.ts';
import type { EngineOptions, VoiceAgent } from '../../src/index.ts';
import { ELSEWHERE, watchEvents } from './agent-events.ts';
import type { AgentEvents } from './agent-events.ts';

export interface SpeakingAgent extends AgentEvents {
  /** To be disposed of by the test. */
  readonly agent: VoiceAgent;
}

/** @param say what it answers to anything */
export function createSpeakingAgent(
  tts: NonNullable<EngineOptions['tts']>,
  say: string,
): SpeakingAgent {
  const agent = createVoiceAgent({
    assets: { modelsUrl: '/models/' },
    engines: {
      ...{ stt: ELSEWHERE, turn: 'timer', tts },
      llm: { kind: 'persona', lines: [{ say }] },
    },
  });
  return { agent, ...watchEvents(agent) };
}
