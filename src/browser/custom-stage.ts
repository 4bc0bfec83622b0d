// A stage with an engine of the page's own, which is served to the turn worker from the page. Main thread.
import { expose } from 'comlink';
import type { CustomEngineOptions } from '../agent/options.ts';
import type { EngineStageName } from '../agent/turn-service.ts';
import { abortable, createAbortReason } from '../core/abort.ts';
import type { EndOfTurnEngine } from '../core/contracts/end-of-turn.ts';
import type { LlmEngine } from '../core/contracts/language-model.ts';
import type { LoadedEngine } from '../core/contracts/loaded-engine.ts';
import type { SttEngine } from '../core/contracts/speech-to-text.ts';
import type { TtsEngine } from '../core/contracts/text-to-speech.ts';
import type { EngineWorkerConfig } from '../engines/worker-configs.ts';
import { installTransferHandlers } from '../rpc/transfer-handlers.ts';
import { EndOfTurnServiceHost } from '../engines/end-of-turn-host.ts';
import { LlmServiceHost } from '../engines/llm-host.ts';
import { SttServiceHost } from '../engines/stt-host.ts';
import { TtsServiceHost } from '../engines/tts-host.ts';
import { createNotLoadedError } from './engine-stage.ts';
import type { Stage } from './stage.ts';

interface CustomEngines {
  readonly stt: SttEngine;
  readonly turn: EndOfTurnEngine;
  readonly llm: LlmEngine;
  readonly tts: TtsEngine;
}

type CustomEngine = CustomEngines[EngineStageName];

export interface CustomStageConfig extends EngineWorkerConfig {
  /** What tells two configurations apart: functions are not compared. */
  readonly customId: string;
  readonly create: CustomEngineOptions<CustomEngine>['create'];
}

export interface CustomStageOptions {
  readonly stage: EngineStageName;
  readonly config: CustomStageConfig;
  /** It is loaded and can be reached on `port`. Resolves when the conversation uses it. */
  readonly onReady: (loaded: LoadedEngine, port: MessagePort) => Promise<void>;
}

/** Nothing supervises it: what it fails with is told call by call. */
export class CustomStage implements Stage {
  readonly #options: CustomStageOptions;
  readonly #disposal = new AbortController();
  readonly #ports: MessagePort[] = [];
  #starting: Promise<void> | null = null;
  #engine: CustomEngine | null = null;
  #served: { readonly loaded: LoadedEngine; readonly service: object } | null = null;
  #isAdopted = false;
  #used: Promise<void> = Promise.resolve();

  constructor(options: CustomStageOptions) {
    this.#options = options;
  }

  get loaded(): LoadedEngine | null {
    return this.#served?.loaded ?? null;
  }

  get config(): CustomStageConfig {
    return this.#options.config;
  }

  get used(): Promise<void> {
    return this.#used;
  }

  /** Rejects with what `create` rejects with; a later call tries again. */
  start(signal: AbortSignal | undefined): Promise<void> {
    this.#starting ??= this.#create().catch((error: unknown) => {
      this.#starting = null;
      throw error;
    });
    return abortable(this.#starting, signal);
  }

  adopt(): Promise<void> {
    this.#isAdopted = true;
    return this.join();
  }

  async join(): Promise<void> {
    if (this.#served === null) return;
    this.#used = this.#options.onReady(this.#served.loaded, await this.openPort());
  }

  async openPort(): Promise<MessagePort> {
    if (this.#served === null) throw createNotLoadedError(this.#options.stage);
    const { port1, port2 } = new MessageChannel();
    this.#ports.push(port1);
    expose(this.#served.service, port1);
    return port2;
  }

  dispose(): void {
    if (this.#disposal.signal.aborted) return;
    this.#disposal.abort(createAbortReason('The engine is no longer wanted.'));
    for (const port of this.#ports) port.close();
    this.#served = null;
    // What the page's own engine fails with now concerns nobody.
    this.#engine?.dispose().catch(() => undefined);
  }

  async #create(): Promise<void> {
    const { stage, config } = this.#options;
    const { signal } = this.#disposal;
    const engine = await config.create({ signal });
    if (signal.aborted) {
      await engine.dispose();
      signal.throwIfAborted();
    }
    installTransferHandlers();
    this.#engine = engine;
    this.#served = serve(stage, engine);
    if (this.#isAdopted) await this.join();
  }
}

/** The option's type says which engine a stage takes. */
function serve(
  stage: EngineStageName,
  engine: CustomEngine,
): { loaded: LoadedEngine; service: object } {
  const { info } = engine;
  const loaded = { info, voices: [], languages: [] };
  switch (stage) {
    case 'stt': {
      const { languages } = engine as SttEngine;
      return { loaded: { ...loaded, languages }, service: new SttServiceHost(engine as SttEngine) };
    }
    case 'turn':
      return { loaded, service: new EndOfTurnServiceHost(engine as EndOfTurnEngine) };
    case 'llm': {
      const { supportsTools = true, languages = [] } = engine as LlmEngine;
      return {
        loaded: { ...loaded, supportsTools, languages },
        service: new LlmServiceHost(engine as LlmEngine),
      };
    }
    case 'tts': {
      const { voices, playsItself = false } = engine as TtsEngine;
      return {
        loaded: { ...loaded, voices, playsItself },
        service: new TtsServiceHost(engine as TtsEngine),
      };
    }
  }
}
