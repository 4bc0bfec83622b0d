// A runtime's observer that nobody listens to. Portable.
import type { RuntimeObserver } from '../../src/agent/agent-runtime.ts';

const ignore = (): undefined => undefined;

export const silentObserver: RuntimeObserver = {
  handleEvent: ignore,
  handleUnstamped: ignore,
  handleDialogueState: ignore,
  handleMicrophone: ignore,
  handleAudible: ignore,
  handleError: ignore,
  getMessages: () => [],
};
