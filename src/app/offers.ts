// The options of the panel that may fetch something, and what of it is theirs. Main thread, pure.
import type { ChosenStage, DeviceReport, RequiredDownloads } from '../index.ts';
import {
  AUTO,
  BACKENDS,
  BROWSER_MODEL,
  DETECTORS,
  PHONEMES,
  TRANSCRIPT,
  TURN_ENDS,
} from './settings.ts';
import type { AppSettings } from './settings.ts';

/** Settings whose options are told with what they would fetch. */
export type OfferedSetting =
  'voice' | 'backend' | 'phonemes' | 'recogniser' | 'languageModel' | 'vad' | 'turn' | 'wake';

/** Of models and libraries, those that are theirs. */
const TASKS: Readonly<Record<OfferedSetting, readonly string[]>> = {
  voice: ['tts', 'tts-voice', 'phonemes'],
  backend: ['tts'],
  recogniser: ['stt'],
  languageModel: ['llm'],
  phonemes: ['phonemes'],
  vad: ['vad'],
  turn: ['turn'],
  wake: ['wake'],
};

/** By `toOfferKey`. */
export type Offers = Readonly<Record<string, RequiredDownloads>>;

export interface OfferedOption {
  readonly key: string;
  readonly setting: OfferedSetting;
  /** The settings with this option taken. */
  readonly settings: AppSettings;
}

export function toOfferKey(setting: OfferedSetting, value: string): string {
  return `${setting}=${value}`;
}

/** All options that run here, each taken by itself. */
export function offeredOptions(settings: AppSettings, { offers }: DeviceReport): OfferedOption[] {
  const ofStage = (stage: string): string[] =>
    offers.filter((offer) => offer.stage === stage).map(({ engine }) => engine);
  const values: Record<OfferedSetting, readonly string[]> = {
    voice: [AUTO, ...ofStage('tts')],
    backend: BACKENDS,
    phonemes: PHONEMES,
    recogniser: [AUTO, ...ofStage('stt')],
    languageModel: [AUTO, ...ofStage('llm'), BROWSER_MODEL],
    vad: DETECTORS,
    turn: TURN_ENDS,
    wake: [TRANSCRIPT, ...ofStage('wake')],
  };
  return Object.entries(values).flatMap(([name, options]) =>
    options.map((value): OfferedOption => {
      const setting = name as OfferedSetting;
      const key = toOfferKey(setting, value);
      return { key, setting, settings: withOption(settings, setting, value) };
    }),
  );
}

const STAGES: Readonly<Partial<Record<OfferedSetting, ChosenStage>>> = {
  ...{ voice: 'tts', recogniser: 'stt', languageModel: 'llm' },
};

/** An engine that runs here takes the place of an endpoint. */
function withOption(settings: AppSettings, setting: OfferedSetting, value: string): AppSettings {
  const changed = { ...settings, [setting]: value };
  const stage = STAGES[setting];
  if (stage === undefined) return changed;
  return { ...changed, endpoints: { ...settings.endpoints, [stage]: null } };
}

/** What of all that the settings need is for this option. */
export function toOwn(setting: OfferedSetting, needed: RequiredDownloads): RequiredDownloads {
  const isOwn = ({ task }: { readonly task: string }): boolean => TASKS[setting].includes(task);
  // The model is the same, whatever runs it.
  const models = setting === 'backend' ? [] : needed.models.filter(isOwn);
  return { models, libraries: needed.libraries.filter(isOwn) };
}
