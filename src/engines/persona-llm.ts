// A language model without a model: it says lines of a script. For demos and for trying out a page. Portable.
import type { EngineInfo } from '../core/contracts/engine.ts';
import type { LlmEngine, LlmPart, LlmRequest } from '../core/contracts/language-model.ts';
import { VoiceAgentError } from '../core/errors.ts';
import { nextMacrotask } from '../core/macrotask.ts';

export interface PersonaLine {
  /** Words that what the person said must hold, in any case; absent matches anything. */
  readonly when?: string;
  readonly say: string;
}

/** Said where no line matches. */
const NOTHING_TO_SAY = 'I have nothing to say to that.';

/**
 * Says the first line that matches what was said last, each word a token. Of several that match equally (the same `when`)
 * each answer takes the next, so that a persona does not repeat itself; which one counts by the answers in the conversation.
 */
export function createPersonaLlm(lines: readonly PersonaLine[]): LlmEngine {
  return new PersonaLlm(lines);
}

class PersonaLlm implements LlmEngine {
  readonly info: EngineInfo = {
    name: 'persona',
    stage: 'llm',
    modelIds: [],
    backend: 'js',
    threads: 1,
  };
  readonly supportsTools = false;
  readonly #lines: readonly PersonaLine[];
  #isDisposed = false;

  constructor(lines: readonly PersonaLine[]) {
    this.#lines = lines;
  }

  async *generate(request: LlmRequest): AsyncGenerator<LlmPart> {
    request.signal.throwIfAborted();
    if (this.#isDisposed) throw disposed();
    if ((request.tools ?? []).length > 0) throw withoutTools();
    const words = this.#choose(request).match(/\s*\S+/gu) ?? [];
    const said = words.slice(0, request.maxTokens);
    for (const text of said) {
      await nextMacrotask();
      request.signal.throwIfAborted();
      yield { type: 'text-delta', text };
    }
    request.signal.throwIfAborted();
    const reason = said.length < words.length ? 'length' : 'stop';
    yield { type: 'finish', reason, promptTokens: null, completionTokens: said.length };
  }

  async dispose(): Promise<void> {
    this.#isDisposed = true;
  }

  #choose({ messages }: LlmRequest): string {
    const heard = messages.at(-1)?.content.toLowerCase() ?? '';
    const first = this.#lines.find(({ when }) => heard.includes((when ?? '').toLowerCase()));
    if (first === undefined) return NOTHING_TO_SAY;
    const equal = this.#lines.filter(({ when }) => when === first.when);
    const answers = messages.filter(({ role }) => role === 'assistant').length;
    return equal[answers % equal.length]?.say ?? first.say;
  }
}

function disposed(): VoiceAgentError<'disposed'> {
  const message = 'The persona was disposed of.';
  return new VoiceAgentError('disposed', message, { details: { what: 'persona' } });
}

function withoutTools(): VoiceAgentError<'unsupported'> {
  return new VoiceAgentError(
    'unsupported',
    'A scripted persona calls no functions. Leave options.tools out.',
    { details: { feature: 'tools with a scripted persona' } },
  );
}
