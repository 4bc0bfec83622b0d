// The engines of a conversation that need no worker of their own: what runs behind an endpoint, in the browser itself, or by a script. Turn worker.
import type { LlmEngine } from '../../src/core/contracts/language-model.ts';
import type { SttEngine } from '../../src/core/contracts/speech-to-text.ts';
import type { TtsEngine } from '../../src/core/contracts/text-to-speech.ts';
import type { ResolvedOptions } from '../../src/agent/options.ts';
import type { RemoteStageName } from '../../src/agent/turn-service.ts';
import { createBrowserLlm } from '../../src/engines/browser-llm.ts';
import type { BrowserPrompts } from '../../src/engines/browser-llm.ts';
import { createFlowLlm } from '../../src/engines/flow-llm.ts';
import { createOpenAiLlm } from '../../src/engines/openai-llm.ts';
import { createOpenAiStt } from '../../src/engines/openai-stt.ts';
import { createPersonaLlm } from '../../src/engines/persona-llm.ts';
import { createOpenAiTts } from '../engines/openai-tts.ts';

interface Engines {
  readonly stt: SttEngine | null;
  readonly llm: LlmEngine | null;
  readonly tts: TtsEngine | null;
}

/** What the page does for them. */
export interface EnginePage extends BrowserPrompts {
  getToken(stage: RemoteStageName): Promise<string | null>;
}

/** Keeps an engine as long as its options stay the same: phrases are remembered by voice. */
export class RemoteEngines {
  readonly #page: EnginePage;
  #engines: Engines = { stt: null, llm: null, tts: null };
  #keys: Readonly<Record<RemoteStageName, string>> = { stt: '', llm: '', tts: '' };

  constructor(page: EnginePage) {
    this.#page = page;
  }

  /** The engines that these options put here; null for those that are attached. */
  apply(options: ResolvedOptions): Engines {
    const { language, engines } = options;
    const keys = {
      stt: JSON.stringify([engines.stt, language]),
      llm: JSON.stringify(engines.llm),
      tts: JSON.stringify([engines.tts, language]),
    };
    const known = this.#engines;
    this.#engines = {
      stt: keys.stt === this.#keys.stt ? known.stt : this.#createStt(options),
      llm: keys.llm === this.#keys.llm ? known.llm : this.#createLlm(options),
      tts: keys.tts === this.#keys.tts ? known.tts : this.#createTts(options),
    };
    this.#keys = keys;
    return this.#engines;
  }

  #createStt({ engines: { stt }, language }: ResolvedOptions): SttEngine | null {
    if (stt === 'moonshine' || stt.kind !== 'openai') return null;
    return createOpenAiStt({ ...stt, ...this.#tokenFor('stt'), languages: [language] });
  }

  #createLlm({ engines: { llm } }: ResolvedOptions): LlmEngine | null {
    switch (llm.kind) {
      case 'local':
      case 'custom':
        return null;
      case 'openai':
        return createOpenAiLlm({ ...llm, ...this.#tokenFor('llm') });
      case 'flow':
        return createFlowLlm({ ...llm, ...this.#tokenFor('llm') });
      case 'browser':
        return createBrowserLlm(this.#page);
      case 'persona':
        return createPersonaLlm(llm.lines);
    }
  }

  #createTts({ engines: { tts }, language }: ResolvedOptions): TtsEngine | null {
    if (typeof tts !== 'object' || tts.kind !== 'openai') return null;
    return createOpenAiTts({ ...tts, ...this.#tokenFor('tts'), language });
  }

  #tokenFor(stage: RemoteStageName): { getToken: () => Promise<string | null> } {
    return { getToken: () => this.#page.getToken(stage) };
  }
}
