// The injectable logger, portable. Audio and transcripts never enter a message text.

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/**
 * `info` is one line per life-cycle change, `error` means something was given up. `fields` may hold
 * numbers, names and codes; a person's words are logged by length, audio by {@link describeAudio}.
 */
export interface Logger {
  log(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void;
}

export const silentLogger: Logger = { log: () => undefined };

/** A stand-in for raw bytes in a log line: `<audio:32000B,sample:SGVsbG8gV29y...>`. */
export function describeAudio(bytes: Uint8Array): string {
  const head = btoa(String.fromCharCode(...bytes.subarray(0, 9)));
  return `<audio:${bytes.byteLength}B,sample:${head}...>`;
}
