// The failure to get a conversation going: exit code 3. Node.

/** The message is the agent's own: what happened and what to do. */
export class NeverReady extends Error {
  override readonly name = 'NeverReady';
}
