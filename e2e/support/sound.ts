// Hears what a page plays: an ear beside whatever is connected to its loudspeaker. Node, and the page.
import type { Page } from '@playwright/test';

declare global {
  /** The loudest sample so far, of 1. */
  var playedPeak: number | undefined;
}

const EAR_SAMPLES = 32_768;
/** Well below the length of those samples. */
const LISTEN_EVERY_MS = 100;

/** Must be called before the page is loaded. */
export async function listenToSound(page: Page): Promise<void> {
  const listen = ({ samples, everyMs }: { samples: number; everyMs: number }): void => {
    const ears = new WeakMap<BaseAudioContext, AnalyserNode>();
    const earOf = (context: BaseAudioContext): AnalyserNode => {
      const known = ears.get(context);
      if (known !== undefined) return known;
      const ear = new AnalyserNode(context, { fftSize: samples });
      const heard = new Float32Array(samples);
      setInterval(() => {
        ear.getFloatTimeDomainData(heard);
        const peak = heard.reduce((max, sample) => Math.max(max, Math.abs(sample)), 0);
        globalThis.playedPeak = Math.max(globalThis.playedPeak ?? 0, peak);
      }, everyMs);
      ears.set(context, ear);
      return ear;
    };
    const connect = Reflect.get(AudioNode.prototype, 'connect') as (...args: unknown[]) => unknown;
    AudioNode.prototype.connect = function (this: AudioNode, ...args: unknown[]) {
      const [target] = args;
      if (target instanceof AudioDestinationNode) connect.call(this, earOf(target.context));
      return connect.apply(this, args);
    } as AudioNode['connect'];
  };
  await page.addInitScript(listen, { samples: EAR_SAMPLES, everyMs: LISTEN_EVERY_MS });
}

/** The loudest sample that the page has played, of 1; 0 when it was silent. */
export async function playedPeak(page: Page): Promise<number> {
  return page.evaluate(() => globalThis.playedPeak ?? 0);
}

/** The loudest sample is counted anew. */
export async function forgetSound(page: Page): Promise<void> {
  await page.evaluate(() => {
    globalThis.playedPeak = 0;
  });
}
