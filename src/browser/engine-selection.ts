// What `auto` means on this device, kept current: the probe, what was measured, and what was chosen. Main thread.
import { UNPROBED_ENGINES } from '../agent/engine-choice.ts';
import type {
  ChosenEngines,
  ChosenStage,
  DeviceProbe,
  EngineChoice,
} from '../agent/engine-choice.ts';
import type { VoiceAgentOptions } from '../agent/voice-agent-options.ts';
import { abortable } from '../core/abort.ts';
import type { StoredModel } from '../core/contracts/model-files.ts';
import type { Clock } from '../core/clock.ts';
import type { ModelCatalog } from '../models/catalog.ts';
import { chooseEngines, spareOf } from './choose-engines.ts';
import type { Selection } from './choose-engines.ts';
import { VOICE_MODELS } from './choose-voice.ts';
import { isKept } from './is-kept.ts';
import { probeThisDevice } from './probe-device.ts';
import { RtfVerdicts } from './rtf-verdicts.ts';
import type { RtfSubject } from './rtf-verdicts.ts';

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
  /** Of the chosen language model, and on the device. */
  #spareLlm: string | null = null;
  /** Models that this device chose and could not run, for as long as the page is open. */
  readonly #refused = new Set<string>();

  constructor(options: EngineSelectionOptions) {
    this.#options = options;
  }

  /** Whether anything is left to the device. */
  get isNeeded(): boolean {
    return Object.values(this.#options.getOptions().engines ?? {}).includes('auto');
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

  /** What takes the place of the language model, once it is there. */
  get betterLlm(): string | null {
    return this.isLeftToDevice('llm') ? (this.#selection?.betterLlm ?? null) : null;
  }

  /** What answers when a graphics processor fails the language model. */
  get spareLlm(): string | null {
    return this.isLeftToDevice('llm') ? this.#spareLlm : null;
  }

  /** The better language model is there: from the next choice on it is the one. */
  takeBetterLlm(): void {
    this.#startsSmall = false;
  }

  /** Chooses anew. The device is looked at once, when somebody needs to know. */
  async update(
    catalog: ModelCatalog,
    signal: AbortSignal | undefined,
  ): Promise<Selection & { readonly probe: DeviceProbe }> {
    const subject = await abortable(this.voiceSubject(), signal);
    const kokoroRtf = await abortable(this.rtfs.read(subject), signal);
    const probe = await this.#probeDevice();
    const { engines = {}, language = 'en' } = this.#options.getOptions();
    const isVoiceOnGpu = subject.backend === 'webgpu';
    const models = catalog.models.filter(({ id }) => !this.#refused.has(id));
    const served = { catalog: { ...catalog, models }, language };
    const evidence = { ...served, probe, kokoroRtf, isVoiceOnGpu };
    const choose = (): Selection =>
      chooseEngines(engines, { ...evidence, startsSmall: this.#startsSmall });
    let selection = choose();
    if (await this.#isKept(selection.betterLlm)) {
      this.takeBetterLlm();
      selection = choose();
    }
    const spare = spareOf(selection.chosen.llm.modelId, served);
    this.#spareLlm = (await this.#isKept(spare)) ? spare : null;
    const told = new Set(this.#selection?.choices.map((choice) => JSON.stringify(choice)));
    this.#selection = selection;
    for (const choice of selection.choices) {
      if (!told.has(JSON.stringify(choice))) this.#options.onChoice(choice);
    }
    return { ...selection, probe };
  }

  /** What a verdict on Kokoro holds for, as the options would have it run. */
  async voiceSubject(): Promise<RtfSubject> {
    const { gpu, hasSharedMemory } = await this.#probeDevice();
    const { getOptions, getThreads } = this.#options;
    const isOnGpu = (getOptions().voice?.backend ?? 'wasm') !== 'wasm' && gpu.kind === 'hardware';
    const threads = isOnGpu || !hasSharedMemory ? 1 : getThreads();
    return { modelId: VOICE_MODELS.kokoro, backend: isOnGpu ? 'webgpu' : 'wasm', threads };
  }

  /** A store that does not answer keeps nothing. */
  async #isKept(id: string | null): Promise<boolean> {
    if (id === null) return false;
    return isKept(await this.#options.listModels().catch(() => []), id);
  }

  #probeDevice(): Promise<DeviceProbe> {
    return (this.#probe ??= probeThisDevice(this.#options.clock));
  }
}
