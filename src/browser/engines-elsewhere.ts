// What the engines that the turn worker itself asks say of themselves: endpoints, the browser's own model, a script. Main thread, pure.
import type { ResolvedOptions } from '../agent/options.ts';
import type { EngineInfo } from '../core/contracts/engine.ts';

/** They have a stage of their own, which tells of them. */
const ATTACHED = new Set(['local', 'custom', 'web-speech']);
export const STAGES_ELSEWHERE: readonly ['stt', 'llm', 'tts'] = ['stt', 'llm', 'tts'];
type StageEngine = ResolvedOptions['engines'][(typeof STAGES_ELSEWHERE)[number]];
type Elsewhere = Exclude<StageEngine, string | { kind: 'local' | 'custom' | 'web-speech' }>;

export function isElsewhere(engine: StageEngine): engine is Elsewhere {
  return typeof engine === 'object' && !ATTACHED.has(engine.kind);
}

/** `backend` is `remote` for those that text or audio leaves the device for. */
export function enginesElsewhere({ engines }: ResolvedOptions): readonly EngineInfo[] {
  return STAGES_ELSEWHERE.flatMap((stage): EngineInfo[] => {
    const engine = engines[stage];
    if (!isElsewhere(engine)) return [];
    const common = { name: engine.kind, stage, modelIds: [], threads: 1 };
    if (engine.kind === 'openai') {
      return [{ ...common, modelName: engine.model, backend: 'remote' }];
    }
    if (engine.kind === 'flow') return [{ ...common, modelName: engine.flowId, backend: 'remote' }];
    return [{ ...common, backend: 'js' }];
  });
}
