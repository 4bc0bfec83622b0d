// What runs elsewhere goes on serving until what takes its place here is loaded: a conversation has no gap. Main thread, pure.
import type { EngineOptions, ResolvedOptions } from '../agent/options.ts';
import type { RemoteStageName } from '../agent/turn-service.ts';
import { isElsewhere, STAGES_ELSEWHERE } from './engines-elsewhere.ts';

interface Leaving {
  readonly resolved: object;
  /** As the page gave it, with its token. */
  readonly given: EngineOptions[RemoteStageName];
}

export class LeavingEngines {
  readonly #leaving = new Map<RemoteStageName, Leaving>();

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

  /** What takes its place is loaded, or cannot be. Tells whether it was waited for. */
  end(stage: string): boolean {
    return this.#leaving.delete(stage as RemoteStageName);
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
