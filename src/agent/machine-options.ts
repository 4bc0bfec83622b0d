// What the turn machine needs to know of the agent's options. Portable.
import type { EndOfTurnEngine } from '../core/contracts/end-of-turn.ts';
import { turnWordsOf } from '../text/turn-words.ts';
import type { TurnMachineOptions } from '../turn/turn-machine.ts';
import type { ResolvedOptions } from './options.ts';

export function toMachineOptions(
  options: ResolvedOptions,
  { endOfTurn }: { readonly endOfTurn: EndOfTurnEngine | null },
): TurnMachineOptions {
  const { turn, interruption, mode, language, wakePhrase, wakeWindowMs, engines } = options;
  return {
    ...turn,
    ...interruption,
    mode,
    language,
    wakePhrase,
    wakeWindowMs,
    words: turnWordsOf(language),
    isModelAsked: engines.turn !== 'timer' && endOfTurn !== null,
  };
}
