// Options as the engines and the turn worker take them: every default filled in. Main thread.
import { UNPROBED_ENGINES } from './engine-choice.ts';
import type { ChosenEngines } from './engine-choice.ts';
import {
  DEFAULT_ECHO,
  DEFAULT_INSTRUCTIONS,
  DEFAULT_INTERRUPTION,
  DEFAULT_REMOTE_VOICES,
  DEFAULT_REPLY,
  DEFAULT_SILENCE,
  DEFAULT_TURN,
  DEFAULT_WAKE_WINDOW_MS,
} from './options.ts';
import type {
  CustomEngineOptions,
  EngineOptions,
  RemoteEngineOptions,
  ResolvedCustomEngine,
  ResolvedOptions,
  ToolDescription,
  VoiceAgentTool,
} from './options.ts';
import { UNDETERMINED } from '../core/language.ts';
import { toLanguageInstruction } from './language-instruction.ts';
import type { VoiceAgentOptions } from './voice-agent-options.ts';

/**
 * Defaults filled in, functions and host objects left out. `options` must have been checked.
 * @param chosen what `auto` means on this device
 */
export function resolveOptions(
  options: VoiceAgentOptions,
  chosen: ChosenEngines = UNPROBED_ENGINES,
): ResolvedOptions {
  const modelsUrl = options.assets?.modelsUrl ?? 'models/';
  const language = resolveLanguage(options);
  return {
    instructions: options.instructions ?? defaultInstructions(language),
    greeting: options.greeting ?? null,
    language,
    voice: {
      id: resolveVoiceId(options, chosen),
      speed: options.voice?.speed ?? 1,
      phonemes: options.voice?.phonemes ?? 'auto',
      backend: options.voice?.backend ?? 'wasm',
    },
    mode: options.mode ?? 'automatic',
    engines: {
      vad: options.engines?.vad ?? 'silero',
      wake: options.engines?.wake ?? 'transcript',
      stt: resolveStt(options.engines?.stt, chosen),
      turn: resolveTurn(options.engines?.turn),
      llm: resolveLlm(options.engines?.llm, chosen),
      tts: resolveTts(options.engines?.tts, chosen),
    },
    turn: { ...DEFAULT_TURN, ...options.turn },
    interruption: { ...DEFAULT_INTERRUPTION, ...options.interruption },
    echo: { ...DEFAULT_ECHO, ...options.echo },
    silence: { ...DEFAULT_SILENCE, ...options.silence },
    wakePhrase: options.wakePhrase ?? null,
    wakeWindowMs: options.wakeWindowMs ?? DEFAULT_WAKE_WINDOW_MS,
    reply: { ...DEFAULT_REPLY, ...options.reply },
    tools: (options.tools ?? []).map(describeTool),
    modelsUrl,
    catalogUrl: options.assets?.catalogUrl ?? `${modelsUrl}catalog.json`,
    modelMirrors: options.assets?.mirrors ?? [],
    keepsModels: options.assets?.keepModels ?? true,
    threads: options.threads ?? null,
  };
}

/** A BCP 47 tag, `und` for `auto`. */
export function resolveLanguage({ language = 'en' }: VoiceAgentOptions): string {
  return language === 'auto' ? UNDETERMINED : language;
}

/** Two levels deep: groups such as `turn` are merged, everything else is replaced. */
export function mergeOptions(
  base: VoiceAgentOptions,
  change: VoiceAgentOptions,
): VoiceAgentOptions {
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(change)) {
    const current = merged[key];
    merged[key] = isPlainObject(current) && isPlainObject(value) ? { ...current, ...value } : value;
  }
  return merged;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}

function defaultInstructions(language: string): string {
  if (/^en\b/iu.test(language)) return DEFAULT_INSTRUCTIONS;
  return `${DEFAULT_INSTRUCTIONS} ${toLanguageInstruction(language)}`;
}

function resolveLlm(
  options: EngineOptions['llm'],
  chosen: ChosenEngines,
): ResolvedOptions['engines']['llm'] {
  if (options === 'auto') return chosen.llm;
  if (options === undefined) return UNPROBED_ENGINES.llm;
  switch (options.kind) {
    case 'local':
    case 'browser':
    case 'persona':
      return options;
    case 'openai':
      return resolveRemote(options);
    case 'custom':
      return resolveCustom(options);
    case 'flow': {
      const { kind, baseUrl, flowId, sessionId, headers = {} } = options;
      return { kind, baseUrl, flowId, sessionId, headers };
    }
  }
}

function resolveStt(
  options: EngineOptions['stt'],
  chosen: ChosenEngines,
): ResolvedOptions['engines']['stt'] {
  if (options === 'auto') return chosen.stt;
  if (typeof options !== 'object') return options ?? 'moonshine';
  if (options.kind === 'local' || options.kind === 'web-speech') return options;
  if (options.kind === 'custom') return resolveCustom(options);
  return { ...resolveRemote(options), partialEveryMs: options.partialEveryMs ?? null };
}

function resolveTts(
  options: EngineOptions['tts'],
  chosen: ChosenEngines,
): ResolvedOptions['engines']['tts'] {
  if (options === 'auto') return chosen.tts;
  if (typeof options !== 'object') return options ?? 'kokoro';
  if (options.kind === 'local') return options;
  if (options.kind === 'custom') return resolveCustom(options);
  if (options.kind === 'web-speech')
    return { kind: options.kind, voices: options.voices ?? 'device' };
  const { voices = DEFAULT_REMOTE_VOICES, format = 'wav' } = options;
  return { ...resolveRemote(options), voices, format };
}

function resolveTurn(options: EngineOptions['turn']): ResolvedOptions['engines']['turn'] {
  return typeof options === 'object' ? resolveCustom(options) : (options ?? 'smart-turn');
}

/** Voices of another engine than the one they were named for are unknown to it. */
function resolveVoiceId({ engines, voice }: VoiceAgentOptions, { tts }: ChosenEngines) {
  const isForOther = engines?.tts === 'auto' && tts !== 'kokoro';
  return isForOther ? null : (voice?.id ?? null);
}

function resolveRemote({ kind, baseUrl, model, headers = {} }: RemoteEngineOptions) {
  return { kind, baseUrl, model, headers };
}

const customIds = new WeakMap<object, number>();
const counted = { customs: 0 };

/** Functions do not cross threads; another function is another engine. */
function resolveCustom({ kind, create }: CustomEngineOptions<unknown>): ResolvedCustomEngine {
  const id = customIds.get(create) ?? (counted.customs += 1);
  customIds.set(create, id);
  return { kind, id };
}

/** What crosses into the turn worker of a tool: its function does not. */
function describeTool({ name, description, parameters, ...tool }: VoiceAgentTool): ToolDescription {
  const schema = JSON.parse(JSON.stringify(parameters)) as ToolDescription['parameters'];
  return { name, description, parameters: schema, isAbortable: tool.isAbortable ?? false };
}
