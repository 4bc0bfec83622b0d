// Before the rig's page: some workers are replaced, for the arms that need another turn logic, or stub engines. Main thread.
import sequentialUrl from '../../workers/sequential-turn.worker.ts?worker&url';
import stubUrl from '../../workers/stub-engine.worker.ts?worker&url';

const ENGINES = ['parley-listen', 'parley-end-of-turn', 'parley-speak'];

const wanted = new URLSearchParams(location.search);

/** The script that stands in for a worker of this name on this page; null leaves the product's. */
function substituteFor(name: string): string | null {
  if (wanted.get('turn') === 'sequential' && name === 'parley-turn') return sequentialUrl;
  return wanted.get('engines') === 'stub' && ENGINES.includes(name) ? stubUrl : null;
}

const Original = globalThis.Worker;

// The product finds its workers by this global, at the time it starts them.
globalThis.Worker = class extends Original {
  constructor(url: string | URL, options?: WorkerOptions) {
    super(substituteFor(options?.name ?? '') ?? url, options);
  }
};
