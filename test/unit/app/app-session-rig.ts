// A session of the page over an agent that only notes what it is asked.
import type { VoiceAgentEvent } from '../../../src/agent/events.ts';
import type { VoiceAgent } from '../../../src/agent/voice-agent-api.ts';
import type { VoiceAgentOptions } from '../../../src/agent/voice-agent-options.ts';
import { AppSession } from '../../../src/app/app-session.ts';
import type { AppSessionOptions } from '../../../src/app/app-session.ts';
import { DEFAULT_SETTINGS } from '../../../src/app/settings.ts';
import type { AppSettings } from '../../../src/app/settings.ts';
import { VoiceAgentError } from '../../../src/core/errors.ts';
import { deviceReport } from '../../support/device-report.ts';
import { requiredDownloads } from '../../support/required-downloads.ts';

export function createRig(
  overrides: Partial<VoiceAgent> = {},
  {
    settings = DEFAULT_SETTINGS,
    kept = [] as Partial<AppSettings>[],
    ...more
  }: Partial<AppSessionOptions> & { kept?: Partial<AppSettings>[] } = {},
) {
  const calls: string[] = [];
  const updates: VoiceAgentOptions[] = [];
  let emit: (event: VoiceAgentEvent) => void = () => undefined;
  const agent: VoiceAgent = {
    engines: [{ name: 'silero', stage: 'vad', modelIds: [], backend: 'wasm', threads: 1 }],
    on: (type: string, listener: (event: VoiceAgentEvent) => void) => {
      const earlier = emit;
      emit = (event) => {
        earlier(event);
        if (type === '*' || type === event.type) listener(event);
      };
      return () => undefined;
    },
    requiredModels: async () => [],
    requiredDownloads: async () => requiredDownloads({ models: await agent.requiredModels() }),
    models: { list: async () => [] },
    inspectDevice: async () => deviceReport(),
    load: async () => void calls.push('load'),
    start: async () => void calls.push('start'),
    stop: async () => void calls.push('stop'),
    sendText: async (text: string) => void calls.push(`sendText ${text}`),
    update: (options: VoiceAgentOptions) => void updates.push(options),
    ...overrides,
  } as unknown as VoiceAgent;
  const session = new AppSession({
    ...more,
    settings,
    keepSettings: (change) => kept.push(change),
    createAgent: () => agent,
    toErrorRecord: (value) => VoiceAgentError.from(value).toRecord(),
  });
  return { session, calls, updates, emit: (event: VoiceAgentEvent) => emit(event) };
}
