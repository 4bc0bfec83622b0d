// What every engine worker is made of: its engine, loaded from files of the model store. Engine workers.
import { systemClock } from '../../src/core/clock.ts';
import type { ModelFiles } from '../../src/core/contracts/model-files.ts';
import { WorkerModelFiles } from '../../src/engines/worker-model-files.ts';
import { exposeWorker } from '../../src/rpc/expose-worker.ts';
import { whileLoading } from './while-loading.ts';

/** Loads an engine from files of the page's model store. */
type LoadEngine<Config, Loaded> = (
  config: Config,
  files: ModelFiles,
) => Promise<{ loaded: Loaded; service: object }>;

/** As {@link exposeWorker}; `files` is the page's model store. Call once, at the entry's end. */
export function exposeEngine<Config, Loaded>(
  scope: { postMessage(message: unknown): void },
  load: LoadEngine<Config, Loaded>,
): void {
  const files = new WorkerModelFiles({ clock: systemClock });
  exposeWorker<Config, Loaded>(scope, {
    load: (config) => whileLoading(scope, files, (own) => load(config, own)),
    attachFiles: (port) => files.attach(port),
  });
}
