// The expected failures of the scripts, and how a script ends. Node.

/** A failure the person can act on: printed without a stack, and the script exits with 1. */
export class SetupError extends Error {
  /** @override */
  name = 'SetupError';
}

/**
 * The message of any thrown value, with the cause that `fetch` hides behind "fetch failed".
 * @param {unknown} value
 * @returns {string}
 */
export function messageOf(value) {
  if (!(value instanceof Error)) return String(value);
  if (!(value.cause instanceof Error)) return value.message;
  const cause = value.cause.message === '' ? codeOf(value.cause) : value.cause.message;
  return `${value.message}: ${cause}`;
}

/**
 * The `code` of a Node error such as `ENOENT`; empty when there is none.
 * @param {unknown} error
 * @returns {string}
 */
export function codeOf(error) {
  if (!(error instanceof Error) || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}

/**
 * Runs a script's main function; its number is the exit code.
 * @param {() => Promise<number>} main
 * @returns {Promise<void>}
 */
export async function runMain(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    const isUsage = codeOf(error).startsWith('ERR_PARSE_ARGS');
    const isExpected = error instanceof SetupError || isUsage;
    console.error(isExpected ? messageOf(error) : error);
    process.exitCode = 1;
  }
}
