// The options of the panel that may fetch something, and what of it is theirs. Main thread, pure.
import type { DeviceReport, RequiredDownloads } from '../index.ts';
import { AUTO, BACKENDS } from './settings.ts';
import type { AppSettings } from './settings.ts';

/** Settings whose options are told with what they would fetch. */
export type OfferedSetting = 'voice' | 'backend' | 'recogniser' | 'languageModel';

/** Of models and libraries, those that are theirs. */
const TASKS: Readonly<Record<OfferedSetting, readonly string[]>> = {
  voice: ['tts', 'tts-voice', 'phonemes'],
  backend: ['tts', 'tts-voice', 'phonemes'],
  recogniser: ['stt'],
  languageModel: ['llm'],
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
  const ofStage = (stage: string): string[] => [
    AUTO,
    ...offers.filter((offer) => offer.stage === stage).map(({ engine }) => engine),
  ];
  const values: Record<OfferedSetting, readonly string[]> = {
    voice: ofStage('tts'),
    backend: BACKENDS,
    recogniser: ofStage('stt'),
    languageModel: ofStage('llm'),
  };
  return Object.entries(values).flatMap(([name, options]) =>
    options.map((value): OfferedOption => {
      const setting = name as OfferedSetting;
      const key = toOfferKey(setting, value);
      return { key, setting, settings: withOption(settings, setting, value) };
    }),
  );
}

const STAGES = { voice: 'tts', recogniser: 'stt', languageModel: 'llm' } as const;

/** An engine that runs here takes the place of an endpoint. */
function withOption(settings: AppSettings, setting: OfferedSetting, value: string): AppSettings {
  const changed = { ...settings, [setting]: value };
  if (setting === 'backend') return changed;
  return { ...changed, endpoints: { ...settings.endpoints, [STAGES[setting]]: null } };
}

/** What of all that the settings need is for this option. */
export function toOwn(setting: OfferedSetting, needed: RequiredDownloads): RequiredDownloads {
  const isOwn = ({ task }: { readonly task: string }): boolean => TASKS[setting].includes(task);
  return { models: needed.models.filter(isOwn), libraries: needed.libraries.filter(isOwn) };
}
