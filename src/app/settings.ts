// What a visitor can choose, from the URL or the panel, and the agent options it means. Main thread, pure.
import type {
  ChosenStage,
  DeviceReport,
  EngineOffer,
  EngineOptions,
  FlowLlmOptions,
  LocalLlmOptions,
  RemoteEngineOptions,
  VoiceAgentOptions,
} from '../index.ts';
import { PERSONA_LINES } from './persona.ts';

/** What the page leaves to the device. */
export const AUTO = 'auto';
/** The browser's own recogniser, and the system's voices. */
export const WEB_SPEECH = 'web-speech';
/** The browser's own language model (Prompt API). */
export const BROWSER_MODEL = 'browser';
/** Lines of a script in the place of a language model. */
export const PERSONA = 'persona';
/** The recogniser's words tell of the wake phrase. */
export const TRANSCRIPT = 'transcript';
export const VOICES = ['auto', 'kokoro', 'piper', 'flite', 'none'] as const;
/** What the voice may run on; an address may ask for more. */
export const BACKENDS = ['wasm', 'auto'] as const;
/** `webgpu` tests at every load, on an adapter in software too: for who works on this, and never kept. */
const QUERY_BACKENDS = ['wasm', 'auto', 'webgpu'] as const;
export const WAKE_PHRASE = 'wake-phrase';
export const MODES = ['automatic', 'push-to-talk', 'wake-phrase', 'manual'] as const;
export const DETECTORS = ['silero', 'sherpa-onnx', 'energy'] as const;
export const TURN_ENDS = ['smart-turn', 'timer'] as const;
export const PHONEMES = ['auto', 'espeak'] as const;
/** Those that the agent has words of its own in. */
export const LANGUAGES = ['en', 'de', 'fr', 'es', 'it', 'pt', 'ru', 'zh', 'ja'] as const;
export const TRANSPORTS = ['auto', 'shared', 'ports'] as const;

/** An engine elsewhere. `key` stays in memory: it is never stored, logged or put in the URL. */
export interface EndpointSettings {
  readonly baseUrl: string;
  readonly model: string;
  readonly key: string;
  /** Of an endpoint that speaks, as it calls it; empty takes the usual one. */
  readonly voice: string;
  /** Of a flow, whose id is `model`: by which its server knows the conversation. */
  readonly sessionId?: string;
}

/** Null where the stage runs on this device. */
export type EndpointsSettings = Readonly<Record<ChosenStage, EndpointSettings | null>>;

export interface AppSettings {
  /** One of `VOICES`, a model of the catalogue, or `web-speech`. */
  readonly voice: string;
  /** What the voice runs on. */
  readonly backend: (typeof QUERY_BACKENDS)[number];
  /** 0.5 to 2. */
  readonly speed: number;
  readonly mode: (typeof MODES)[number];
  /** A primary BCP 47 tag, or `auto`. */
  readonly language: string;
  /** A model of the catalogue, `auto`, or `web-speech`. */
  readonly recogniser: string;
  /** A model of the catalogue, `auto`, `browser`, or `persona`. */
  readonly languageModel: string;
  readonly vad: (typeof DETECTORS)[number];
  readonly turn: (typeof TURN_ENDS)[number];
  /** A keyword spotter of the catalogue, or `transcript`. */
  readonly wake: string;
  /** Empty where there is none; the mode `wake-phrase` needs one. */
  readonly wakePhrase: string;
  readonly phonemes: (typeof PHONEMES)[number];
  readonly endpoints: EndpointsSettings;
  readonly transport: (typeof TRANSPORTS)[number];
}

export const DEFAULT_SETTINGS: AppSettings = {
  // Not `auto`: on a first visit that takes Piper, whose terms are open (THIRD-PARTY.md), wherever the site serves it. Nothing
  // with open terms is taken by default: a visitor, or an address, has to ask for it. All of Kokoro is under Apache-2.0.
  voice: 'kokoro',
  backend: 'wasm',
  speed: 1,
  mode: 'automatic',
  language: 'en',
  recogniser: AUTO,
  languageModel: AUTO,
  vad: 'silero',
  turn: 'smart-turn',
  wake: TRANSCRIPT,
  wakePhrase: '',
  phonemes: 'auto',
  endpoints: { stt: null, llm: null, tts: null },
  transport: 'auto',
};

/** What a URL that names no model asks an endpoint for; many local servers ignore the name. */
const DEFAULT_REMOTE_MODEL = 'default';

const SPEED_RANGE = { min: 0.5, max: 2 } as const;

/**
 * Presets of the page's query, for example `?tts=piper&llm=URL&model=NAME` or `?stt=URL&stt-model=NAME`, over what a visitor chose before; `ignored`
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
  const isVoiceElsewhere = isEndpointUrl(parameters.get('tts') ?? '');
  const [stt, llm] = [parameters.get('stt'), parameters.get('llm')];
  const wakePhrase = (parameters.get('wake-phrase') ?? '').trim();
  const modes = isWakePhrase(wakePhrase) ? MODES : MODES.filter((mode) => mode !== WAKE_PHRASE);
  const settings: AppSettings = {
    ...base,
    voice: isVoiceElsewhere ? base.voice : pick<string>('tts', [...VOICES, WEB_SPEECH], base.voice),
    backend: pick('voice-backend', QUERY_BACKENDS, base.backend),
    mode: pick('mode', modes, DEFAULT_SETTINGS.mode),
    language: pick<string>('language', [...LANGUAGES, AUTO], base.language),
    transport: pick('transport', TRANSPORTS, DEFAULT_SETTINGS.transport),
    recogniser: stt === WEB_SPEECH ? stt : base.recogniser,
    languageModel: llm === BROWSER_MODEL || llm === PERSONA ? llm : base.languageModel,
    vad: pick('vad', DETECTORS, base.vad),
    turn: pick('turn', TURN_ENDS, base.turn),
    wake: parameters.get('wake') ?? base.wake,
    wakePhrase: isWakePhrase(wakePhrase) ? wakePhrase : DEFAULT_SETTINGS.wakePhrase,
    phonemes: pick('phonemes', PHONEMES, base.phonemes),
    speed: speedFromQuery(parameters.get('speed'), ignored),
    endpoints: {
      stt: endpointFromQuery(parameters, { stage: 'stt', model: 'stt-model' }, ignored),
      llm: endpointFromQuery(parameters, { stage: 'llm', model: 'model' }, ignored),
      tts: isVoiceElsewhere
        ? endpointFromQuery(parameters, { stage: 'tts', model: 'tts-model' }, ignored)
        : null,
    },
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

/** By stage, names in the place of an address. */
const NAMES: Readonly<Record<ChosenStage, readonly string[]>> = {
  stt: ['local', WEB_SPEECH],
  llm: ['local', BROWSER_MODEL, PERSONA],
  tts: ['local'],
};

/** Of the stage whose address the query has; `flow` beside that of a language model names a flow there. */
function endpointFromQuery(
  parameters: URLSearchParams,
  { stage, model }: { stage: ChosenStage; model: string },
  ignored: string[],
): EndpointSettings | null {
  const baseUrl = parameters.get(stage);
  if (baseUrl === null || NAMES[stage].includes(baseUrl)) return null;
  if (!isEndpointUrl(baseUrl)) {
    ignored.push(`${stage}=${baseUrl}`);
    return null;
  }
  const flow = stage === 'llm' ? parameters.get('flow') : null;
  return {
    ...{ baseUrl, model: flow ?? parameters.get(model) ?? DEFAULT_REMOTE_MODEL, key: '' },
    ...(flow === null ? {} : { sessionId: createSessionId() }),
    voice: stage === 'tts' ? (parameters.get('tts-voice') ?? '') : '',
  };
}

/** A new conversation's, for a flow; on any page, secure or not. */
export function createSessionId(): string {
  const parts = crypto.getRandomValues(new Uint32Array(4));
  return [...parts].map((part) => part.toString(16).padStart(8, '0')).join('');
}

/** Whether a text has anything that can be said. */
export function isWakePhrase(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}

/** Whether a text is an absolute http or https address. */
export function isEndpointUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/u.test(new URL(text).protocol);
}

/**
 * What a conversation can be held in with these settings, at least in text: an endpoint's model is taken to know any. `auto`
 * is among them where a recogniser tells the language. Before the device was looked at, what is set.
 */
export function languagesFor(
  { endpoints, language, languageModel }: AppSettings,
  device: Pick<DeviceReport, 'languages'> | null,
): readonly string[] {
  if (device === null) return [language];
  const { languages } = device;
  const isAny =
    endpoints.llm !== null || languageModel === BROWSER_MODEL || languages.includes('*');
  const named = isAny ? LANGUAGES : languages.filter((tag) => tag !== AUTO);
  return endpoints.stt !== null || languages.includes(AUTO) ? [...named, AUTO] : named;
}

/** Without models that this site does not have, or no longer, or a language: the page's own settings take their place. */
export function toServed(settings: AppSettings, device: DeviceReport): AppSettings {
  const { offers } = device;
  const isServed = (stage: EngineOffer['stage'], engine: string): boolean =>
    engine === AUTO ||
    OTHERS[stage].includes(engine) ||
    offers.some((offer) => offer.stage === stage && offer.engine === engine);
  const { voice, recogniser, languageModel, language, wake } = settings;
  return {
    ...settings,
    language: languagesFor(settings, device).includes(language)
      ? language
      : DEFAULT_SETTINGS.language,
    voice: isServed('tts', voice) ? voice : DEFAULT_SETTINGS.voice,
    recogniser: isServed('stt', recogniser) ? recogniser : AUTO,
    languageModel: isServed('llm', languageModel) ? languageModel : AUTO,
    wake: isServed('wake', wake) ? wake : TRANSCRIPT,
  };
}

/** What needs no model of the site. */
const OTHERS: Readonly<Record<EngineOffer['stage'], readonly string[]>> = {
  stt: [WEB_SPEECH],
  llm: [BROWSER_MODEL, PERSONA],
  tts: [WEB_SPEECH],
  wake: [TRANSCRIPT],
};

/** The agent options that settings mean. Keys are handed out by functions, never as values. */
export function toAgentOptions(settings: AppSettings): VoiceAgentOptions {
  const { speed, backend, phonemes, wakePhrase } = settings;
  return {
    mode: settings.mode,
    language: settings.language,
    voice: { speed, backend, phonemes },
    engines: toEngineOptions(settings),
    wakePhrase: wakePhrase === '' ? null : wakePhrase,
    audio: { transport: settings.transport },
  };
}

function toEngineOptions({
  endpoints: { stt, llm, tts },
  recogniser,
  languageModel,
  voice,
  backend,
  vad,
  turn,
  wake,
}: AppSettings): EngineOptions {
  const voices = tts === null || tts.voice === '' ? {} : { voices: [tts.voice] };
  return {
    ...{ vad, turn },
    wake: wake === TRANSCRIPT ? wake : { kind: 'local', modelId: wake },
    stt: stt === null ? toRecogniser(recogniser, backend) : toRemote(stt),
    llm: llm === null ? toLanguageModel(languageModel, backend) : toRemoteLlm(llm),
    tts: tts === null ? toVoice(voice) : { ...toRemote(tts), ...voices },
  };
}

/** A model that a visitor names is tested on the graphics processor at every load, where an address asks for that. */
function toLocal(modelId: string, backend: AppSettings['backend']): typeof AUTO | LocalLlmOptions {
  if (modelId === AUTO) return AUTO;
  return { kind: 'local', modelId, ...(backend === 'webgpu' ? { backend } : {}) };
}

function toRecogniser(
  recogniser: string,
  backend: AppSettings['backend'],
): NonNullable<EngineOptions['stt']> {
  return recogniser === WEB_SPEECH ? { kind: WEB_SPEECH } : toLocal(recogniser, backend);
}

function toLanguageModel(
  languageModel: string,
  backend: AppSettings['backend'],
): NonNullable<EngineOptions['llm']> {
  if (languageModel === BROWSER_MODEL) return { kind: BROWSER_MODEL };
  if (languageModel === PERSONA) return { kind: PERSONA, lines: PERSONA_LINES };
  return toLocal(languageModel, backend);
}

function toVoice(voice: string): NonNullable<EngineOptions['tts']> {
  if (voice === WEB_SPEECH) return { kind: WEB_SPEECH };
  return VOICES.find((known) => known === voice) ?? { kind: 'local', modelId: voice };
}

function toRemote({ baseUrl, model, key }: EndpointSettings): RemoteEngineOptions {
  const getToken = (): Promise<string | null> => Promise.resolve(key === '' ? null : key);
  return { kind: 'openai', baseUrl, model, getToken };
}

function toRemoteLlm(endpoint: EndpointSettings): RemoteEngineOptions | FlowLlmOptions {
  const { sessionId, model } = endpoint;
  const remote = toRemote(endpoint);
  if (sessionId === undefined) return remote;
  const { baseUrl, getToken } = remote;
  return { kind: 'flow', baseUrl, flowId: model, sessionId, ...(getToken ? { getToken } : {}) };
}
