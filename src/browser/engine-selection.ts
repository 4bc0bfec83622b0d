// What `auto` means on this device, kept current: the probe, what was measured, and what was chosen. Main thread.
import { UNPROBED_ENGINES } from '../agent/engine-choice.ts';
import type {
  ChosenEngines,
  ChosenStage,
  DeviceProbe,
  EngineChoice,
} from '../agent/engine-choice.ts';
import type { NamedVoice } from '../agent/options.ts';
import type { TurnMetrics } from '../agent/metrics.ts';
import { resolveLanguage } from '../agent/resolve-options.ts';
import type { VoiceAgentOptions } from '../agent/voice-agent-options.ts';
import { abortable } from '../core/abort.ts';
import type { StoredModel } from '../core/contracts/model-files.ts';
import type { Clock } from '../core/clock.ts';
import { TOKENS_PER_SECOND } from '../engines/llm-rtf.ts';
import type { CatalogModel, ModelCatalog } from '../models/catalog.ts';
import { chooseEngines, spareOf } from './choose-engines.ts';
import type { Selection } from './choose-engines.ts';
import { VOICE_MODELS } from './choose-voice.ts';
import { isKept } from './is-kept.ts';
import { probeThisDevice } from './probe-device.ts';
import { RtfVerdicts } from './rtf-verdicts.ts';
import type { RtfSubject } from './rtf-verdicts.ts';
import { EnginePace } from './engine-pace.ts';

export interface EngineSelectionOptions {
  readonly clock: Clock;
  readonly getOptions: () => VoiceAgentOptions;
  /** Of each model, where the page has shared memory. */
  readonly getThreads: () => number;
  /** What the device holds of the site's models. */
  readonly listModels: () => Promise<readonly StoredModel[]>;
  /** Told of each choice that differs from the one told before. */
  readonly onChoice: (choice: EngineChoice) => void;
}

export class EngineSelection {
  readonly rtfs: RtfVerdicts = new RtfVerdicts();
  readonly #options: EngineSelectionOptions;
  #probe: Promise<DeviceProbe> | null = null;
  #selection: Selection | null = null;
  /** Whether a small language model may answer first. */
  #startsSmall = true;
  /** Of the language model that is chosen, or that takes its place. */
  #spareLlm: string | null = null;
  /** Models that this device chose and could not run, for as long as the page is open. */
  readonly #refused = new Set<string>();
  /** Choices that were begun, and the latest begun of those that were made. */
  #begun = 0;
  #made = 0;
  /** By model. */
  readonly #paces = new Map<string, EnginePace>();

  constructor(options: EngineSelectionOptions) {
    this.#options = options;
  }

  /** What would be chosen for other options, by what is known by now; tells nobody. */
  for(options: VoiceAgentOptions): EngineSelection {
    const getOptions = (): VoiceAgentOptions => options;
    const other = new EngineSelection({ ...this.#options, getOptions, onChoice: () => undefined });
    other.#probe = this.#probe;
    other.#startsSmall = this.#startsSmall;
    for (const modelId of this.#refused) other.#refused.add(modelId);
    return other;
  }

  /** Whether anything is left to the device: an engine, or what a recogniser of the site runs on. */
  get isNeeded(): boolean {
    const { engines = {} } = this.#options.getOptions();
    const { stt } = engines;
    return (
      Object.values(engines).includes('auto') || (typeof stt === 'object' && stt.kind === 'local')
    );
  }

  get chosen(): ChosenEngines {
    return this.#selection?.chosen ?? UNPROBED_ENGINES;
  }

  get isVoiceLeftToDevice(): boolean {
    return this.isLeftToDevice('tts');
  }

  isLeftToDevice(stage: ChosenStage): boolean {
    return this.#options.getOptions().engines?.[stage] === 'auto';
  }

  /** The model that is chosen for a stage; null of no voice. */
  modelOf(stage: ChosenStage): string | null {
    const engine = this.chosen[stage];
    if (typeof engine === 'object') return engine.modelId;
    return engine === 'none' ? null : VOICE_MODELS[engine];
  }

  /** The next choices are made without it, or with it again. */
  setRefused(modelId: string, isRefused: boolean): void {
    if (isRefused) this.#refused.add(modelId);
    else this.#refused.delete(modelId);
  }

  /** What the voice may be replaced by, once it was measured. */
  get betterVoice(): Selection['betterVoice'] {
    return this.isVoiceLeftToDevice ? (this.#selection?.betterVoice ?? null) : null;
  }

  /** What a voice that lags gives way to; null where there is nothing. */
  get lightVoice(): NamedVoice | null {
    return this.#selection?.lightVoice ?? null;
  }

  /** What takes the place of the language model, once it is there. */
  get betterLlm(): string | null {
    return this.isLeftToDevice('llm') ? (this.#selection?.betterLlm ?? null) : null;
  }

  /** What answers when a graphics processor fails the language model. */
  get spareLlm(): string | null {
    return this.isLeftToDevice('llm') ? this.#spareLlm : null;
  }

  /** What a recogniser runs on that options leave free to take either. */
  get sttBackend(): Selection['sttBackend'] {
    return this.#selection?.sttBackend ?? 'auto';
  }

  /** The better language model is there: from the next choice on it is the one. */
  takeBetterLlm(): void {
    this.#startsSmall = false;
  }

  /** To be told of each reply: how quick the engines were that the device chose is kept for the next choice. */
  async handleReply({ stt, llm: { completionTokens, decodeMs } }: TurnMetrics): Promise<void> {
    const tokens = decodeMs === null ? 0 : (completionTokens ?? 1) - 1;
    const llm = { audioMs: (1_000 * tokens) / TOKENS_PER_SECOND, computeMs: decodeMs ?? 0 };
    const costs = { stt, llm };
    for (const stage of ['stt', 'llm'] as const) {
      const { modelId } = this.chosen[stage];
      const pace = this.#paces.get(modelId) ?? new EnginePace();
      this.#paces.set(modelId, pace);
      const rtf = pace.add(costs[stage]);
      if (rtf === null || !this.isLeftToDevice(stage)) continue;
      pace.reset();
      await this.rtfs.write(await this.subjectOf(modelId), rtf);
    }
  }

  /** The next choice is made as at a first visit: the device is looked at, measured and tested again. */
  async forget(): Promise<void> {
    this.#probe = null;
    this.#refused.clear();
    await this.rtfs.forget();
  }

  /** Chooses anew; of several at once the one begun last holds. The device is looked at once, when somebody needs to know. */
  async update(
    catalog: ModelCatalog,
    signal: AbortSignal | undefined,
  ): Promise<Selection & { readonly probe: DeviceProbe }> {
    this.#begun += 1;
    const number = this.#begun;
    const subject = await abortable(this.voiceSubject(), signal);
    const kokoroRtf = await abortable(this.rtfs.read(subject), signal);
    const probe = await this.#probeDevice();
    const options = this.#options.getOptions();
    const { engines = {} } = options;
    const language = resolveLanguage(options);
    const isKokoroOnGpu = subject.backend === 'webgpu';
    const models = catalog.models.filter(({ id }) => !this.#refused.has(id));
    const served = { catalog: { ...catalog, models }, language };
    const rtfs = await this.#readRtfs(models);
    const evidence = { ...served, probe, kokoroRtf, rtfs, isKokoroOnGpu };
    const choose = (): Selection =>
      chooseEngines(engines, { ...evidence, startsSmall: this.#startsSmall });
    let selection = choose();
    const { betterLlm } = selection;
    const target = betterLlm ?? selection.chosen.llm.modelId;
    const hasSpare = spareOf(target, served, () => false) !== null;
    const kept = betterLlm !== null || hasSpare ? await this.#listModels() : [];
    const spare = spareOf(target, served, (id) => isKept(kept, id));
    if (betterLlm !== null && isKept(kept, betterLlm)) {
      this.takeBetterLlm();
      selection = choose();
    }
    if (number < this.#made) return { ...selection, probe };
    this.#made = number;
    this.#spareLlm = spare;
    const told = new Set(this.#selection?.choices.map((choice) => JSON.stringify(choice)));
    this.#selection = selection;
    for (const choice of selection.choices) {
      if (!told.has(JSON.stringify(choice))) this.#options.onChoice(choice);
    }
    return { ...selection, probe };
  }

  /** What a verdict on Kokoro holds for, as the options would have it run. */
  voiceSubject(): Promise<RtfSubject> {
    const { voice } = this.#options.getOptions();
    return this.subjectOf(VOICE_MODELS.kokoro, (voice?.backend ?? 'wasm') !== 'wasm');
  }

  async #readRtfs(models: readonly CatalogModel[]): Promise<ReadonlyMap<string, number>> {
    const rtfs = new Map<string, number>();
    for (const { id, task } of models) {
      const isMeasured = task === 'stt' || task === 'llm';
      const rtf = isMeasured ? await this.rtfs.read(await this.subjectOf(id)) : null;
      if (rtf !== null) rtfs.set(id, rtf);
    }
    return rtfs;
  }

  /** What a verdict on a model holds for. */
  async subjectOf(modelId: string, mayTakeGpu = true): Promise<RtfSubject> {
    const { gpu, hasSharedMemory } = await this.#probeDevice();
    const isOnGpu = mayTakeGpu && gpu.kind === 'hardware';
    const threads = isOnGpu || !hasSharedMemory ? 1 : this.#options.getThreads();
    return { modelId, backend: isOnGpu ? 'webgpu' : 'wasm', threads };
  }

  /** A store that does not answer keeps nothing. */
  #listModels(): Promise<readonly StoredModel[]> {
    return this.#options.listModels().catch(() => []);
  }

  #probeDevice(): Promise<DeviceProbe> {
    return (this.#probe ??= probeThisDevice(this.#options.clock));
  }
}
