// What runs elsewhere goes on serving until what takes its place here is loaded: a conversation has no gap. Main thread, pure.
import type { EngineOptions, ResolvedOptions } from '../agent/options.ts';
import type { RemoteStageName } from '../agent/turn-service.ts';
import { isElsewhere, STAGES_ELSEWHERE } from './engines-elsewhere.ts';

interface Leaving {
  readonly resolved: object;
  /** As the page gave it, with its token. */
  readonly given: EngineOptions[RemoteStageName];
}

/** Of a load, see {@link LeavingEngines.beginLoad}. */
export type Leave = (stage?: string) => void;

export class LeavingEngines {
  readonly #leaving = new Map<RemoteStageName, Leaving>();
  readonly #onLeft: () => void;
  #loads = 0;

  /** @param onLeft called when something serves no longer that did. */
  constructor(onLeft: () => void) {
    this.#onLeft = onLeft;
  }

  /**
   * Takes in a change of options while engines are loaded. One of another language, or to no voice, waits for nothing.
   * @param given the page's own engines before it
   */
  change(before: ResolvedOptions, after: ResolvedOptions, given: EngineOptions = {}): void {
    for (const stage of STAGES_ELSEWHERE) {
      const resolved = before.engines[stage];
      const next = after.engines[stage];
      const isSameLanguage = before.language === after.language;
      if (isElsewhere(next) || next === 'none' || !isSameLanguage) this.#leaving.delete(stage);
      else if (isElsewhere(resolved)) this.#leaving.set(stage, { resolved, given: given[stage] });
    }
  }

  /**
   * A load begins, of all that is wanted now. The result is called with each stage that is loaded, or cannot be, and with none
   * when the load is over: nothing that leaves is waited for then. It does nothing once a later load has begun.
   */
  beginLoad(): Leave {
    this.#loads += 1;
    const load = this.#loads;
    return (stage) => {
      if (load !== this.#loads) return;
      const before = this.#leaving.size;
      if (stage === undefined) this.#leaving.clear();
      else this.#leaving.delete(stage as RemoteStageName);
      if (this.#leaving.size < before) this.#onLeft();
    };
  }

  /** The options that the conversation is served with meanwhile. */
  apply(options: ResolvedOptions): ResolvedOptions {
    if (this.#leaving.size === 0) return options;
    const engines: Record<string, unknown> = { ...options.engines };
    for (const [stage, { resolved }] of this.#leaving) engines[stage] = resolved;
    return { ...options, engines: engines as typeof options.engines };
  }

  /** Undefined where none leaves. */
  givenOf(stage: RemoteStageName): Leaving['given'] {
    return this.#leaving.get(stage)?.given;
  }
}

/** Asked for by request; null where an engine takes none. */
export async function tokenOf(
  engine: EngineOptions[RemoteStageName] | undefined,
): Promise<string | null> {
  if (typeof engine !== 'object') return null;
  const getToken = 'getToken' in engine ? engine.getToken : undefined;
  return getToken === undefined ? null : getToken();
}
