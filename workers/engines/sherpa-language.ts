// Whether a recogniser of sherpa-onnx has a language: it is told by the catalogue alone. In the listen worker.
import type { EngineInfo } from '../../src/core/contracts/engine.ts';
import { VoiceAgentError } from '../../src/core/errors.ts';
import { knows } from '../../src/core/language.ts';

interface Recogniser {
  readonly info: EngineInfo;
  readonly languages: readonly string[];
}

/** Throws `unsupported` for a language that the catalogue does not give the model. */
export function checkSherpaLanguage(recogniser: Recogniser, language: string): void {
  if (!knows(recogniser.languages, language)) throw createUnknownLanguage(recogniser, language);
}

export function createUnknownLanguage(
  { info, languages }: Recogniser,
  language: string,
): VoiceAgentError {
  const [id] = info.modelIds;
  return new VoiceAgentError(
    'unsupported',
    `Model "${id ?? ''}" recognises ${languages.join(', ')}, not "${language}". Choose another, or set language.`,
    { details: { feature: `speech recognition in ${language}` } },
  );
}
