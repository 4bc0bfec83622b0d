// A turn of the event loop, portable: lets messages that wait (an abort, a chunk) in between two runs.

/**
 * Resolves in a new task, after the messages already queued on this thread. Unlike `setTimeout(0)` it
 * is not clamped to 4 ms when nested, nor to 1 s in a hidden tab.
 */
export function nextMacrotask(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
