// What `auto` means on this device, kept current: the probe, what was measured, and what was chosen. Main thread.
import { UNPROBED_ENGINES } from '../agent/engine-choice.ts';
import type { ChosenEngines, DeviceProbe, EngineChoice } from '../agent/engine-choice.ts';
import type { VoiceAgentOptions } from '../agent/voice-agent-options.ts';
import { abortable } from '../core/abort.ts';
import type { Clock } from '../core/clock.ts';
import type { ModelCatalog } from '../models/catalog.ts';
import { chooseEngines } from './choose-engines.ts';
import type { Selection } from './choose-engines.ts';
import { VOICE_MODELS } from './choose-voice.ts';
import { probeThisDevice } from './probe-device.ts';
import { RtfVerdicts } from './rtf-verdicts.ts';
import type { RtfSubject } from './rtf-verdicts.ts';

export interface EngineSelectionOptions {
  readonly clock: Clock;
  readonly getOptions: () => VoiceAgentOptions;
  /** Of each model, where the page has shared memory. */
  readonly getThreads: () => number;
  /** Told of each choice that differs from the one told before. */
  readonly onChoice: (choice: EngineChoice) => void;
}

export class EngineSelection {
  readonly rtfs: RtfVerdicts = new RtfVerdicts();
  readonly #options: EngineSelectionOptions;
  #probe: Promise<DeviceProbe> | null = null;
  #selection: Selection | null = null;

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
    return this.#options.getOptions().engines?.tts === 'auto';
  }

  /** What the voice may be replaced by, once it was measured. */
  get betterVoice(): Selection['betterVoice'] {
    return this.isVoiceLeftToDevice ? (this.#selection?.betterVoice ?? null) : null;
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
    const selection = chooseEngines(engines, { probe, catalog, language, kokoroRtf });
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

  #probeDevice(): Promise<DeviceProbe> {
    return (this.#probe ??= probeThisDevice(this.#options.clock));
  }
}
