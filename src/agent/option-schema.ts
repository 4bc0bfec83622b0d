// Checks the options a page passes in. A mistake throws a TypeError that
// names the option's path and the value. Main thread.
import * as v from 'valibot';
import { VoiceAgentError } from '../core/errors.ts';
import { DEFAULT_REMOTE_VOICES, DEFAULT_TURN } from './options.ts';
import type { VoiceAgentTool } from './options.ts';
import type { VoiceAgentOptions } from './voice-agent-options.ts';

const between = (min: number, max: number) =>
  v.pipe(
    v.number(),
    v.minValue(min, `must be at least ${min}`),
    v.maxValue(max, `must be at most ${max}`),
  );
const wholeBetween = (min: number, max: number) =>
  v.pipe(between(min, max), v.integer('must be a whole number'));
const fn = v.function('must be a function');
const nullableText = v.nullable(v.string());
const text = v.pipe(v.string(), v.nonEmpty('must not be empty'));

const remote = {
  kind: v.literal('openai'),
  baseUrl: v.pipe(v.string(), v.url('must be an absolute URL such as https://host/v1')),
  model: text,
  getToken: v.optional(fn),
  headers: v.optional(v.record(v.string(), v.string())),
};

const local = v.strictObject({ kind: v.literal('local'), modelId: text });
const backend = v.optional(v.picklist(['auto', 'wasm', 'webgpu']));
const localOnGpu = v.strictObject({ kind: v.literal('local'), modelId: text, backend });
const custom = v.strictObject({ kind: v.literal('custom'), create: fn });

const llmObject = v.variant('kind', [
  localOnGpu,
  custom,
  v.strictObject(remote),
  v.strictObject({
    kind: v.literal('flow'),
    baseUrl: remote.baseUrl,
    flowId: text,
    sessionId: text,
    getToken: remote.getToken,
    headers: remote.headers,
  }),
  v.strictObject({ kind: v.literal('browser') }),
  v.strictObject({
    kind: v.literal('persona'),
    lines: v.array(v.strictObject({ when: v.optional(v.string()), say: text })),
  }),
]);
const llm = v.lazy((input) => (typeof input === 'string' ? v.picklist(['auto']) : llmObject));

const wake = v.lazy((input) => (typeof input === 'string' ? v.picklist(['transcript']) : local));

const endOfTurn = v.lazy((input) =>
  typeof input === 'object' && input !== null ? custom : v.picklist(['timer', 'smart-turn']),
);

const stt = v.lazy((input) =>
  typeof input === 'object' && input !== null
    ? v.variant('kind', [
        v.strictObject({ ...remote, partialEveryMs: v.optional(v.nullable(between(200, 10_000))) }),
        localOnGpu,
        custom,
        v.strictObject({ kind: v.literal('web-speech') }),
      ])
    : v.picklist(['auto', 'moonshine']),
);

const tts = v.lazy((input) =>
  typeof input === 'object' && input !== null
    ? v.variant('kind', [
        v.strictObject({
          ...remote,
          voices: v.optional(v.pipe(v.array(text), v.minLength(1, 'must name at least one voice'))),
          format: v.optional(v.picklist(['wav', 'pcm'])),
        }),
        local,
        custom,
        v.strictObject({
          kind: v.literal('web-speech'),
          voices: v.optional(v.picklist(['device', 'all'])),
        }),
      ])
    : v.picklist(['auto', 'kokoro', 'piper', 'flite', 'none']),
);

const turn = v.strictObject({
  enterThreshold: v.optional(between(0, 1)),
  exitThreshold: v.optional(between(0, 1)),
  minSilenceMs: v.optional(between(100, 5_000)),
  minSpeechMs: v.optional(between(0, 2_000)),
  preRollMs: v.optional(between(0, 2_000)),
  eagerSilenceMs: v.optional(between(32, 1_000)),
  maxTurnMs: v.optional(between(5_000, 600_000)),
  completeSilenceMs: v.optional(between(32, 2_000)),
  completeProbability: v.optional(between(0, 1)),
  probableSilenceMs: v.optional(between(32, 2_000)),
  probableProbability: v.optional(between(0, 1)),
  minPauseMs: v.optional(between(100, 5_000)),
  maxPauseMs: v.optional(between(300, 10_000)),
  maxSilenceMs: v.optional(between(500, 20_000)),
  speculation: v.optional(v.picklist(['auto', 'on', 'off'])),
  maxSpeculations: v.optional(wholeBetween(1, 20)),
  speakerGate: v.optional(v.nullable(v.picklist(['enrolled']))),
  maxSpeculatedSpeechMs: v.optional(between(1_000, 60_000)),
});

const interruption = v.strictObject({
  duckThreshold: v.optional(between(0, 1)),
  holdThreshold: v.optional(between(0, 1)),
  duckAfterMs: v.optional(between(32, 1_000)),
  holdAfterMs: v.optional(between(32, 2_000)),
  cutAfterVoiceMs: v.optional(between(0, 5_000)),
  cutAfterWords: v.optional(wholeBetween(1, 20)),
  resumeAfterMs: v.optional(between(200, 4_000)),
});

const echo = v.strictObject({
  guard: v.optional(v.picklist(['off', 'on'])),
  assumedCouplingDb: v.optional(between(-60, 20)),
  marginDb: v.optional(between(0, 30)),
  maxDelayMs: v.optional(between(50, 1_000)),
});

const silence = v.strictObject({
  acknowledgements: v.optional(
    v.nullable(v.union([v.literal('auto'), v.array(text)], 'must be "auto", phrases or null')),
  ),
  acknowledgeAfterMs: v.optional(between(0, 10_000)),
  maxAcknowledgedShare: v.optional(between(0, 1)),
  earconAfterMs: v.optional(v.nullable(between(200, 10_000))),
  idlePromptMs: v.optional(v.nullable(between(1_000, 3_600_000))),
  idlePrompt: v.optional(v.nullable(text)),
  progressAfterMs: v.optional(v.nullable(between(0, 60_000))),
});

const reply = v.strictObject({
  maxTokens: v.optional(wholeBetween(1, 4_096)),
  maxWords: v.optional(v.nullable(wholeBetween(1, 4_096))),
  temperature: v.optional(between(0, 2)),
  seed: v.optional(wholeBetween(0, 2 ** 31 - 1)),
  sentencePauseMs: v.optional(between(0, 2_000)),
  chunking: v.optional(v.picklist(['word', 'phrase', 'sentence'])),
  toolTimeoutMs: v.optional(between(100, 600_000)),
});

const tool = v.strictObject({
  name: v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/u, 'must be 1 to 64 letters, digits, _ or -')),
  description: v.string(),
  parameters: v.record(v.string(), v.unknown()),
  isAbortable: v.optional(v.boolean()),
  execute: fn,
});

/** Objects of the host page, passed through by reference and never cloned. */
const hostObject = v.custom<object>((value) => typeof value === 'object' && value !== null);

const schema = v.strictObject({
  instructions: v.optional(v.string()),
  greeting: v.optional(nullableText),
  language: v.optional(
    v.pipe(
      v.string(),
      v.regex(
        /^(auto|(?!und\b)[A-Za-z]{2,3}(-[\w]+)*)$/u,
        'must be a language tag such as "en", or "auto"',
      ),
    ),
  ),
  voice: v.optional(
    v.strictObject({
      id: v.optional(nullableText),
      speed: v.optional(between(0.5, 2)),
      phonemes: v.optional(v.picklist(['auto', 'espeak'])),
      backend,
    }),
  ),
  mode: v.optional(v.picklist(['automatic', 'push-to-talk', 'wake-phrase', 'manual'])),
  engines: v.optional(
    v.strictObject({
      vad: v.optional(v.picklist(['silero', 'sherpa-onnx', 'energy'])),
      wake: v.optional(wake),
      stt: v.optional(stt),
      turn: v.optional(endOfTurn),
      llm: v.optional(llm),
      tts: v.optional(tts),
    }),
  ),
  turn: v.optional(turn),
  microphone: v.optional(
    v.strictObject({
      processing: v.optional(v.picklist(['browser', 'none'])),
      deviceId: v.optional(nullableText),
      source: v.optional(v.nullable(hostObject)),
    }),
  ),
  speaker: v.optional(
    v.strictObject({ deviceId: v.optional(nullableText), volume: v.optional(between(0, 1)) }),
  ),
  reply: v.optional(reply),
  interruption: v.optional(interruption),
  wakePhrase: v.optional(nullableText),
  wakeWindowMs: v.optional(between(0, 120_000)),
  echo: v.optional(echo),
  silence: v.optional(silence),
  storage: v.optional(v.picklist(['none', 'device'])),
  tools: v.optional(v.array(tool)),
  audio: v.optional(
    v.strictObject({
      context: v.optional(v.nullable(hostObject)),
      transport: v.optional(v.picklist(['auto', 'shared', 'ports'])),
    }),
  ),
  assets: v.optional(
    v.strictObject({
      modelsUrl: v.optional(text),
      catalogUrl: v.optional(text),
      mirrors: v.optional(v.array(text)),
      keepModels: v.optional(v.boolean()),
    }),
  ),
  threads: v.optional(v.nullable(wholeBetween(1, 16))),
  logger: v.optional(v.looseObject({ log: fn })),
});

/** Throws `TypeError` for a wrong shape: all that can be said of a change to other options. */
export function checkShape(options: unknown): asserts options is VoiceAgentOptions {
  const result = v.safeParse(schema, options);
  if (!result.success) throw toTypeError(result.issues[0]);
}

/** Throws `TypeError` for wrong options, `VoiceAgentError` `unsupported` for a feature not built yet. */
export function checkOptions(options: unknown): asserts options is VoiceAgentOptions {
  checkShape(options);
  const checked = options;
  checkThresholds(checked);
  checkWakePhrase(checked);
  checkVoice(checked);
  checkTools(checked.tools ?? []);
  refuseUnbuilt(checked);
}

/** A voice that an endpoint lacks would fail with the first sentence. */
function checkVoice({ engines, voice }: VoiceAgentOptions): void {
  const id = voice?.id ?? null;
  if (id === null || typeof engines?.tts !== 'object' || engines.tts.kind !== 'openai') return;
  const { voices = DEFAULT_REMOTE_VOICES } = engines.tts;
  if (voices.includes(id)) return;
  throw new TypeError(
    `options.voice.id must be one of options.engines.tts.voices (${voices.join(', ')}), got ${describeValue(id)}`,
  );
}

function checkThresholds(options: VoiceAgentOptions): void {
  const { enterThreshold, exitThreshold } = { ...DEFAULT_TURN, ...options.turn };
  if (exitThreshold <= enterThreshold) return;
  throw new TypeError(
    `options.turn.exitThreshold must not exceed enterThreshold (${enterThreshold}), got ${exitThreshold}`,
  );
}

function checkWakePhrase({ mode, wakePhrase }: VoiceAgentOptions): void {
  if (mode !== 'wake-phrase' || /[\p{L}\p{N}]/u.test(wakePhrase ?? '')) return;
  throw new TypeError(
    `options.wakePhrase must be given in the mode "wake-phrase", got ${describeValue(wakePhrase)}`,
  );
}

function checkTools(tools: readonly VoiceAgentTool[]): void {
  for (const [index, { name, parameters }] of tools.entries()) {
    if (tools.findIndex((other) => other.name === name) < index) {
      throw new TypeError(
        `options.tools.${index}.name must differ from the others, got ${describeValue(name)}`,
      );
    }
    if (toJson(parameters) === null) {
      throw new TypeError(`options.tools.${index}.parameters must be JSON, got an object`);
    }
  }
}

function toJson(value: object): string | null {
  try {
    return JSON.stringify(value);
  } catch {
    return null;
  }
}

function refuseUnbuilt(options: VoiceAgentOptions): void {
  const speakerGate = 'options.turn.speakerGate, for want of a speaker embedding model,';
  const unbuilt: [boolean, string][] = [
    [(options.turn?.speakerGate ?? null) !== null, speakerGate],
    [options.storage === 'device', 'options.storage "device"'],
  ];
  const feature = unbuilt.find(([isUsed]) => isUsed)?.[1];
  if (feature === undefined) return;
  throw new VoiceAgentError(
    'unsupported',
    `${feature} is not available in this version. Leave it out.`,
    { details: { feature } },
  );
}

function toTypeError(issue: v.InferIssue<typeof schema>): TypeError {
  const path = v.getDotPath(issue);
  const where = path === null ? 'options' : `options.${path}`;
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    return new TypeError(`${where} is not an option`);
  }
  const what = issue.message.startsWith('must')
    ? issue.message
    : `must be ${issue.expected ?? 'valid'}`;
  return new TypeError(`${where} ${what}, got ${describeValue(issue.input)}`);
}

function describeValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 60));
  if (typeof value === 'object' && value !== null)
    return Array.isArray(value) ? 'an array' : 'an object';
  return String(value);
}
