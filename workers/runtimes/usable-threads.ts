// How many threads a page lets an engine have. Worker, page or Node.

/** As many as are wanted where the page is isolated, else 1. */
export function usableThreads(wanted: number): number {
  return globalThis.crossOriginIsolated ? Math.max(1, wanted) : 1;
}
