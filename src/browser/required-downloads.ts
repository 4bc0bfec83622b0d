// All that a set of options fetches on a device: what a load waits for, and what may come later. Main thread, pure.
import type { ChosenEngines, DeviceProbe } from '../agent/engine-choice.ts';
import type { ResolvedOptions } from '../agent/options.ts';
import { resolveOptions } from '../agent/resolve-options.ts';
import type {
  RequiredDownloads,
  RequiredLibrary,
  RequiredModel,
} from '../agent/voice-agent-api.ts';
import type { VoiceAgentOptions } from '../agent/voice-agent-options.ts';
import type { ModelCatalog } from '../models/catalog.ts';
import type { EngineSelection } from './engine-selection.ts';
import { requiredLibraries } from './required-libraries.ts';
import { requiredModels, withLater } from './required-models.ts';

/** What was chosen for these options. */
type Chosen = Pick<EngineSelection, 'chosen' | 'betterVoice' | 'betterLlm' | 'spareLlm'>;

export interface DownloadsDevice {
  readonly selection: Chosen;
  readonly probe: Pick<DeviceProbe, 'gpu'>;
  /** Whether the browser would fetch its own language model first. */
  readonly isBrowserModelMissing: boolean;
}

/** What a load fetches, and behind it, marked, what is needed later: better engines, and the spare only if it is needed. */
export function modelsFor(
  catalog: ModelCatalog,
  options: VoiceAgentOptions,
  selection: Chosen,
): readonly RequiredModel[] {
  const listed = (resolved: ResolvedOptions): readonly RequiredModel[] =>
    requiredModels(catalog, resolved);
  const [first, ...later] = stagesOf(options, selection);
  return withLater(listed(first), later.flatMap(listed));
}

/** The same, and the libraries of all of them. */
export function downloadsFor(
  catalog: ModelCatalog,
  options: VoiceAgentOptions,
  { selection, probe, isBrowserModelMissing }: DownloadsDevice,
): RequiredDownloads {
  const { kind } = probe.gpu;
  const hasGpu =
    kind === 'hardware' || (kind === 'software' && options.voice?.backend === 'webgpu');
  const stages = stagesOf(options, selection);
  const libraries = stages.flatMap((resolved) => requiredLibraries(catalog, resolved, hasGpu));
  const own = stages[0].engines.llm.kind === 'browser' && isBrowserModelMissing;
  return {
    models: modelsFor(catalog, options, selection),
    libraries: [
      ...new Map(libraries.map((library) => [library.id, library])).values(),
      ...(own ? [BROWSER_MODEL] : []),
    ],
  };
}

const BROWSER_MODEL: RequiredLibrary = {
  ...{ id: 'browser', name: 'The browser’s own language model', task: 'llm', bytes: null },
  ...{ licence: 'That of the browser’s maker', source: '' },
  note: 'The browser fetches it for itself, and does not tell its size.',
};

/** The options at the start, and as they may become. */
function stagesOf(
  options: VoiceAgentOptions,
  { chosen, betterVoice, betterLlm, spareLlm }: Chosen,
): [ResolvedOptions, ...ResolvedOptions[]] {
  const resolveWith = (other: Partial<ChosenEngines>): ResolvedOptions =>
    resolveOptions(options, { ...chosen, ...other });
  const later = [betterLlm, spareLlm].map((modelId) =>
    resolveWith({
      ...(betterVoice === null ? {} : { tts: betterVoice }),
      ...(modelId === null ? {} : { llm: { kind: 'local', modelId } }),
    }),
  );
  return [resolveWith({}), ...later];
}
