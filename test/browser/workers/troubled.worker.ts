// A worker that can be made to fail in every way a supervisor must notice.
import { exposeWorker } from '../../../src/rpc/expose-worker.ts';
import { VoiceAgentError } from '../../../src/core/errors.ts';

class TroubledService {
  echo(text: string): string {
    return text;
  }

  never(): Promise<void> {
    return new Promise(() => undefined);
  }

  fail(): void {
    throw new VoiceAgentError('model-integrity', 'The file is damaged.', {
      details: { modelId: 'm', url: '/m', expected: 'a', actual: 'b' },
      cause: new Error('hash'),
    });
  }

  /** An uncaught error, outside of any call. */
  crash(): void {
    setTimeout(() => {
      throw new Error('boom');
    }, 0);
  }

  hang(): void {
    setTimeout(() => {
      for (;;);
    }, 0);
  }

  leave(): void {
    setTimeout(() => self.close(), 0);
  }
}

/** What it does instead of loading. */
export type LoadTrouble = 'fail' | 'hang' | 'leave';

exposeWorker<{ readonly trouble: LoadTrouble | null }, string>(self, {
  async load({ trouble }) {
    const service = new TroubledService();
    if (trouble !== null) service[trouble]();
    if (trouble === 'hang' || trouble === 'leave') await service.never();
    return { loaded: 'troubled', service };
  },
});
