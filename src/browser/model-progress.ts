// Tells of models on their way: each by itself, and all that somebody waits for together. Main thread.
import type { RuntimeObserver } from '../agent/agent-runtime.ts';
import type { ModelLoadProgress } from '../engines/services.ts';
import type { DownloadMeter } from '../models/download-meter.ts';

/** Takes in each report of the model store. */
export function tellModelProgress(
  observer: RuntimeObserver,
  downloads: DownloadMeter,
): (progress: ModelLoadProgress) => void {
  return (progress) => {
    const { modelId, loadedBytes, totalBytes } = progress;
    const model = { modelId, loadedBytes, totalBytes };
    observer.handleUnstamped({ type: 'model-progress', turnId: null, ...model });
    const totals = downloads.report(progress);
    if (totals === null) return;
    observer.handleUnstamped({ type: 'download-progress', turnId: null, ...totals });
  };
}

/** Takes in what the browser tells of its own model: shares from 0 to 1. */
export function tellBrowserModelProgress(observer: RuntimeObserver): (share: number) => void {
  return (loadedBytes) => {
    const model = { modelId: 'browser', loadedBytes, totalBytes: 1 };
    observer.handleUnstamped({ type: 'model-progress', turnId: null, ...model });
  };
}
