// The failure of whoever called the command: exit code 4. Node.

/** The message names the argument or the script's path, and what would be right. */
export class BadInput extends Error {
  override readonly name = 'BadInput';
}
