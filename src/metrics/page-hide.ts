// When a page may never run again: it was hidden or left. Main thread; elsewhere it never happens.

/** Calls `onHide` each time; a phone ends hidden pages without another word. Returns the detach. */
export function attachPageHide(onHide: () => void): () => void {
  if (typeof document === 'undefined') return () => undefined;
  const handleVisibility = (): void => {
    if (document.visibilityState === 'hidden') onHide();
  };
  document.addEventListener('visibilitychange', handleVisibility);
  addEventListener('pagehide', onHide);
  return () => {
    document.removeEventListener('visibilitychange', handleVisibility);
    removeEventListener('pagehide', onHide);
  };
}
