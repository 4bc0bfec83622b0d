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

exposeWorker<{ readonly failsToLoad: boolean }, string>(self, {
  async load({ failsToLoad }) {
    if (failsToLoad) new TroubledService().fail();
    return { loaded: 'troubled', service: new TroubledService() };
  },
});
