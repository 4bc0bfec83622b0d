// What a visitor can choose, from the URL or the panel, and the agent options it means. Main thread, pure.
import type { DeviceReport, VoiceAgentOptions } from '../index.ts';

/** What the page leaves to the device. */
export const AUTO = 'auto';
export const VOICES = ['auto', 'kokoro', 'piper', 'flite', 'none'] as const;
export const BACKENDS = ['wasm', 'auto', 'webgpu'] as const;
export const MODES = ['automatic', 'push-to-talk', 'manual'] as const;
export const TRANSPORTS = ['auto', 'shared', 'ports'] as const;

/** A language model elsewhere. `key` stays in memory: it is never stored, logged or put in the URL. */
export interface EndpointSettings {
  readonly baseUrl: string;
  readonly model: string;
  readonly key: string;
}

export interface AppSettings {
  readonly voice: (typeof VOICES)[number];
  /** What the voice runs on. */
  readonly backend: (typeof BACKENDS)[number];
  /** 0.5 to 2. */
  readonly speed: number;
  readonly mode: (typeof MODES)[number];
  /** A model of the catalogue, or `auto`. */
  readonly recogniser: string;
  /** The same, for answers that no endpoint gives. */
  readonly languageModel: string;
  /** Null answers with a model on this device. */
  readonly endpoint: EndpointSettings | null;
  readonly transport: (typeof TRANSPORTS)[number];
}

export const DEFAULT_SETTINGS: AppSettings = {
  // The terms of the light voice are open (THIRD-PARTY.md): a visitor, or an address, has to ask for it.
  voice: 'kokoro',
  backend: 'wasm',
  speed: 1,
  mode: 'automatic',
  recogniser: AUTO,
  languageModel: AUTO,
  endpoint: null,
  transport: 'auto',
};

/** What a URL without `model=` asks an endpoint for; many local servers ignore the name. */
const DEFAULT_REMOTE_MODEL = 'default';

const SPEED_RANGE = { min: 0.5, max: 2 } as const;

/**
 * Presets of the page's query, for example `?tts=piper&llm=URL&model=NAME`, over what a visitor chose before; `ignored`
 * names what made no sense.
 */
export function settingsFromQuery(
  query: string,
  kept: Partial<AppSettings> = {},
): { settings: AppSettings; ignored: string[] } {
  const parameters = new URLSearchParams(query);
  const ignored: string[] = [];
  const pick = <Name extends string>(name: string, known: readonly Name[], fallback: Name) => {
    const value = parameters.get(name);
    const found = known.find((candidate) => candidate === value);
    if (value !== null && found === undefined) ignored.push(`${name}=${value}`);
    return found ?? fallback;
  };
  const base = { ...DEFAULT_SETTINGS, ...kept };
  const settings: AppSettings = {
    ...base,
    voice: pick('tts', VOICES, base.voice),
    backend: pick('voice-backend', BACKENDS, base.backend),
    mode: pick('mode', MODES, DEFAULT_SETTINGS.mode),
    transport: pick('transport', TRANSPORTS, DEFAULT_SETTINGS.transport),
    speed: speedFromQuery(parameters.get('speed'), ignored),
    endpoint: endpointFromQuery(parameters, ignored),
  };
  return { settings, ignored };
}

function speedFromQuery(value: string | null, ignored: string[]): number {
  if (value === null) return DEFAULT_SETTINGS.speed;
  const speed = Number(value);
  if (speed >= SPEED_RANGE.min && speed <= SPEED_RANGE.max) return speed;
  ignored.push(`speed=${value}`);
  return DEFAULT_SETTINGS.speed;
}

function endpointFromQuery(
  parameters: URLSearchParams,
  ignored: string[],
): EndpointSettings | null {
  const baseUrl = parameters.get('llm');
  if (baseUrl === null || baseUrl === 'local') return null;
  if (!isEndpointUrl(baseUrl)) {
    ignored.push(`llm=${baseUrl}`);
    return null;
  }
  return { baseUrl, model: parameters.get('model') ?? DEFAULT_REMOTE_MODEL, key: '' };
}

/** Whether a text is an absolute http or https address. */
export function isEndpointUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/u.test(new URL(text).protocol);
}

/** Without models that this site does not have, or no longer: `auto` takes their place. */
export function toServed(settings: AppSettings, { offers }: DeviceReport): AppSettings {
  const serve = (stage: 'stt' | 'llm', engine: string): string =>
    offers.some((offer) => offer.stage === stage && offer.engine === engine) ? engine : AUTO;
  return {
    ...settings,
    recogniser: serve('stt', settings.recogniser),
    languageModel: serve('llm', settings.languageModel),
  };
}

/** The agent options that settings mean. The key is handed out by a function, never as a value. */
export function toAgentOptions(settings: AppSettings): VoiceAgentOptions {
  return {
    mode: settings.mode,
    voice: { speed: settings.speed, backend: settings.backend },
    engines: {
      tts: settings.voice,
      stt: toLocal(settings.recogniser),
      llm: toLlmOptions(settings),
    },
    audio: { transport: settings.transport },
  };
}

function toLocal(modelId: string): typeof AUTO | { kind: 'local'; modelId: string } {
  return modelId === AUTO ? AUTO : { kind: 'local', modelId };
}

function toLlmOptions({
  endpoint,
  languageModel,
}: AppSettings): NonNullable<NonNullable<VoiceAgentOptions['engines']>['llm']> {
  if (endpoint === null) return toLocal(languageModel);
  const { baseUrl, model, key } = endpoint;
  const getToken = (): Promise<string | null> => Promise.resolve(key === '' ? null : key);
  return { kind: 'openai', baseUrl, model, getToken };
}
