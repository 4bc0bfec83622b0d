// What each engine stage of a set of options is loaded with. Main thread, pure.
import type { LoadScope } from '../agent/agent-runtime.ts';
import type {
  EngineOptions,
  ResolvedOptions,
  WebSpeechSttOptions,
  WebSpeechTtsOptions,
} from '../agent/options.ts';
import type { EngineStageName } from '../agent/turn-service.ts';
import type {
  EndOfTurnConfig,
  EngineWorkerConfig,
  ListenConfig,
  SpeakConfig,
  ThinkConfig,
} from '../engines/worker-configs.ts';
import type { CustomStageConfig } from './custom-stage.ts';
import { sttModelId } from './required-models.ts';

export type StageConfig = EngineWorkerConfig | CustomStageConfig;

export interface StageRequest {
  readonly common: EngineWorkerConfig;
  readonly options: ResolvedOptions;
  /** As the page gave them: functions are not among the resolved ones. */
  readonly given: EngineOptions;
  /** What answers when a graphics processor fails the language model. */
  readonly spareLlm: string | null;
  /** What a recogniser runs on that options leave free to take either. */
  readonly sttBackend: 'auto' | 'wasm';
  readonly scope: LoadScope;
}

/** A second would take a third of its 46 ms off, and lose that where the recogniser holds the other core. */
const END_OF_TURN_THREADS = 1;

/** The stages that something is loaded for; endpoints and the browser's own model need nothing. */
export function stageConfigs(request: StageRequest): ReadonlyMap<EngineStageName, StageConfig> {
  const stages =
    request.scope === 'all' ? (['llm', 'stt', 'turn', 'tts'] as const) : ['llm' as const];
  const configs = new Map<EngineStageName, StageConfig>();
  for (const stage of stages) {
    const config = customConfig(stage, request) ?? deviceConfig(stage, request);
    if (config !== null) configs.set(stage, config);
  }
  return configs;
}

export function toSpeakConfig(
  common: EngineWorkerConfig,
  engine: SpeakConfig['engine'],
  { voice, language }: ResolvedOptions,
): SpeakConfig {
  const { id, phonemes, backend } = voice;
  return { ...common, engine, voice: id, language, phonemes, backend };
}

function customConfig(
  stage: EngineStageName,
  { common, options, given }: StageRequest,
): CustomStageConfig | null {
  const resolved = options.engines[stage];
  const own = given[stage];
  if (typeof resolved !== 'object') return null;
  if (resolved.kind === 'web-speech') {
    return { ...common, ...webSpeech(resolved, options.language) };
  }
  if (resolved.kind !== 'custom' || typeof own !== 'object' || own.kind !== 'custom') return null;
  return { ...common, customId: `own ${resolved.id}`, create: own.create };
}

/** What the browser brings along is reached from the page as well. */
function webSpeech(
  engine: WebSpeechSttOptions | Required<WebSpeechTtsOptions>,
  language: string,
): Pick<CustomStageConfig, 'customId' | 'create'> {
  const load = () => import('./open-web-speech.ts');
  if (!('voices' in engine)) {
    return { customId: engine.kind, create: async () => (await load()).openWebSpeech() };
  }
  const { kind, voices } = engine;
  return {
    customId: `${kind} ${voices} ${language}`,
    create: async ({ signal }) => (await load()).openWebSpeechVoice({ voices, language, signal }),
  };
}

function deviceConfig(
  stage: EngineStageName,
  { common, options, spareLlm, sttBackend }: StageRequest,
): ListenConfig | EndOfTurnConfig | ThinkConfig | SpeakConfig | null {
  const { stt, llm, tts, turn } = options.engines;
  switch (stage) {
    case 'stt': {
      const modelId = sttModelId(options.engines);
      const local = typeof stt === 'object' && stt.kind === 'local' ? stt : null;
      const backend = local?.backend ?? 'auto';
      if (modelId === null) return null;
      return { ...common, modelId, backend: backend === 'auto' ? sttBackend : backend };
    }
    case 'turn':
      return turn === 'smart-turn'
        ? { ...common, engine: turn, threads: END_OF_TURN_THREADS }
        : null;
    case 'llm':
      if (llm.kind !== 'local') return null;
      return {
        ...{ ...common, modelId: llm.modelId, backend: llm.backend ?? 'auto' },
        spareModelId: spareLlm,
      };
    case 'tts': {
      if (tts === 'none' || (typeof tts === 'object' && tts.kind !== 'local')) return null;
      return toSpeakConfig(common, tts, options);
    }
  }
}
