// The command line of `talk`. Pure, Node.
import { parseArgs } from 'node:util';
import { BadInput } from './bad-input.ts';
import { applySetting, redactSetting, setPath } from './settings.ts';
import type { Settings } from './settings.ts';

export const USAGE = `npm run talk -- question.wav [more.wav] [options]

  --script FILE     a conversation script (JSON, version 1)
  --out DIR         where recordings and report go (default talk-out/<time>)
  --isolated        a page with SharedArrayBuffer and threads (default)
  --plain           a page without cross-origin isolation
  --llm local|URL   the local model, or an OpenAI-compatible base URL such as http://host/v1
  --tts NAME        voice engine: kokoro, piper or none
  --stt NAME        recogniser: moonshine
  --set PATH=VALUE  any agent option, such as turn.minSilenceMs=300 (repeatable)
  --block-main      keep the page's main thread busy for half of each second
  --hidden          the page in a background tab
  --room            the system's microphone and loudspeaker, and one named "person" for the clips
  --timeout SECONDS longest conversation, from the microphone opening (default 60)
  --json            print the report and nothing else

Exit codes: 0 every speech clip was answered, 2 one was not, 3 never ready, 4 bad input.`;

export interface TalkArguments {
  readonly files: readonly string[];
  readonly scriptFile: string | null;
  readonly outDir: string | null;
  readonly isIsolated: boolean;
  /** Base URL of a remote language model; null for the local one. */
  readonly llmUrl: string | null;
  /** Agent options that the flags and settings give, unchecked. */
  readonly agentOptions: Settings;
  readonly timeoutMs: number;
  readonly blocksMain: boolean;
  readonly isHidden: boolean;
  readonly isInRoom: boolean;
  readonly isJson: boolean;
  readonly isHelp: boolean;
  /** As given, for the report, with secrets hidden. */
  readonly flags: readonly string[];
}

const OPTIONS = {
  script: { type: 'string' },
  out: { type: 'string' },
  plain: { type: 'boolean' },
  isolated: { type: 'boolean' },
  llm: { type: 'string' },
  tts: { type: 'string' },
  stt: { type: 'string' },
  set: { type: 'string', multiple: true },
  timeout: { type: 'string' },
  'block-main': { type: 'boolean' },
  hidden: { type: 'boolean' },
  room: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Of one run, unless set: figures must be comparable between machines and days. */
const REPLY_MAX_WORDS = 60;
const DEFAULT_SEED = 42;
const DEFAULT_TIMEOUT_S = 60;
const MAX_TIMEOUT_S = 3_600;

/** Throws {@link BadInput} naming the flag. */
export function parseTalkArguments(argv: readonly string[]): TalkArguments {
  const { values, positionals } = parse(argv);
  if (values.plain === true && values.isolated === true) {
    throw new BadInput('--plain and --isolated exclude each other');
  }
  if (values.script !== undefined && positionals.length > 0) {
    throw new BadInput('give WAV files or --script, not both');
  }
  if (values.help !== true && values.script === undefined && positionals.length === 0) {
    throw new BadInput(`no WAV file given\n\n${USAGE}`);
  }
  const llmUrl = toLlmUrl(values.llm);
  return {
    files: positionals,
    scriptFile: values.script ?? null,
    outDir: values.out ?? null,
    isIsolated: values.plain !== true,
    llmUrl,
    agentOptions: toAgentOptions(values, llmUrl),
    timeoutMs: toTimeoutMs(values.timeout),
    blocksMain: values['block-main'] ?? false,
    isHidden: values.hidden ?? false,
    isInRoom: values.room ?? false,
    isJson: values.json ?? false,
    isHelp: values.help ?? false,
    flags: toFlags(argv),
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new BadInput(error instanceof Error ? error.message : String(error));
  }
}

function toAgentOptions(
  values: { tts?: string; stt?: string; set?: string[] },
  llmUrl: string | null,
): Settings {
  const options: Settings = {
    microphone: { processing: 'none' },
    reply: { maxWords: REPLY_MAX_WORDS, temperature: 0, seed: DEFAULT_SEED },
    engines: {},
  };
  if (values.tts !== undefined) setPath(options, ['engines', 'tts'], values.tts);
  if (values.stt !== undefined) setPath(options, ['engines', 'stt'], values.stt);
  if (llmUrl !== null) {
    setPath(options, ['engines', 'llm'], { kind: 'openai', baseUrl: llmUrl, model: 'default' });
  }
  for (const assignment of values.set ?? []) applySetting(options, assignment);
  return options;
}

function toLlmUrl(llm: string | undefined): string | null {
  if (llm === undefined || llm === 'local') return null;
  const isWeb = URL.canParse(llm) && /^https?:$/u.test(new URL(llm).protocol);
  if (!isWeb) throw new BadInput(`--llm ${llm}: must be "local" or an http(s) URL`);
  return llm;
}

function toTimeoutMs(timeout: string | undefined): number {
  const seconds = timeout === undefined ? DEFAULT_TIMEOUT_S : Number(timeout);
  if (!(seconds > 0 && seconds <= MAX_TIMEOUT_S)) {
    throw new BadInput(
      `--timeout ${timeout ?? ''}: must be seconds, above 0, at most ${MAX_TIMEOUT_S}`,
    );
  }
  return seconds * 1000;
}

function toFlags(argv: readonly string[]): string[] {
  return argv.map((argument, index) => {
    if (argv[index - 1] === '--set') return redactSetting(argument);
    return argument.startsWith('--set=')
      ? `--set=${redactSetting(argument.slice('--set='.length))}`
      : argument;
  });
}
