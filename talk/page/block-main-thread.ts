// Keeps the page's main thread busy for half of each second, as a heavy page would. Main thread.

const PERIOD_MS = 1_000;
const BLOCKED_MS = 500;

/** Starts at once; returns what ends it. */
export function blockMainThread(): () => void {
  const timer = setInterval(() => {
    const untilMs = performance.now() + BLOCKED_MS;
    while (performance.now() < untilMs);
  }, PERIOD_MS);
  return () => clearInterval(timer);
}
