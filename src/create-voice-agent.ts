// The composition root: joins the facade to the browser's workers and audio. Main thread.
import { checkOptions } from './agent/option-schema.ts';
import { VoiceAgentFacade } from './agent/voice-agent.ts';
import type { VoiceAgent } from './agent/voice-agent-api.ts';
import type { VoiceAgentOptions } from './agent/voice-agent-options.ts';
import { BrowserRuntime } from './browser/browser-runtime.ts';
import { systemClock } from './core/clock.ts';

/**
 * A voice agent. Nothing is loaded, opened or asked for before `load`, `start` or `sendText`, so it
 * can be made anywhere, also on a page that may never talk.
 * @throws TypeError naming the path and value of a wrong option.
 * @throws VoiceAgentError `unsupported` for an option this version cannot honour.
 */
export function createVoiceAgent(options: VoiceAgentOptions = {}): VoiceAgent {
  checkOptions(options);
  return new VoiceAgentFacade(options, {
    clock: systemClock,
    createRuntime: (given, observer) => new BrowserRuntime(given, { observer, clock: systemClock }),
  });
}
