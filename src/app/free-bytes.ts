// How much room the browser would give this site. Main thread.

/** Null where it does not say, or allows no storage. */
export async function getFreeBytes(): Promise<number | null> {
  const storage = navigator.storage as StorageManager | undefined;
  const { quota, usage = 0 } = (await storage?.estimate().catch(() => undefined)) ?? {};
  return quota === undefined ? null : quota - usage;
}
