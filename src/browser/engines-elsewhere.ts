// What the engines that the turn worker itself asks say of themselves: endpoints, the browser's own model, a script. Main thread, pure.
import type { ResolvedOptions } from '../agent/options.ts';
import type { EngineInfo } from '../core/contracts/engine.ts';

/** They have a stage of their own, which tells of them. */
const ATTACHED = new Set(['local', 'custom', 'web-speech']);
const STAGES = ['stt', 'llm', 'tts'] as const;

/** `backend` is `remote` for those that text or audio leaves the device for. */
export function enginesElsewhere({ engines }: ResolvedOptions): readonly EngineInfo[] {
  return STAGES.flatMap((stage): EngineInfo[] => {
    const engine = engines[stage];
    if (typeof engine !== 'object' || ATTACHED.has(engine.kind)) return [];
    const common = { name: engine.kind, stage, modelIds: [], threads: 1 };
    if (engine.kind === 'openai') {
      return [{ ...common, modelName: engine.model, backend: 'remote' }];
    }
    if (engine.kind === 'flow') return [{ ...common, modelName: engine.flowId, backend: 'remote' }];
    return [{ ...common, backend: 'js' }];
  });
}
