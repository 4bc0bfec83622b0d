// The transcription formats of OpenAI-compatible servers, read leniently. Pure, portable.
import { toLanguageTag } from '../text/language-names.ts';

export interface RemoteTranscript {
  readonly text: string;
  /** Of the words, from the start of the audio; null where the server gives no times. */
  readonly spanMs: { readonly start: number; readonly end: number } | null;
  /** Mean token probability, 0 to 1; null where the server gives none. */
  readonly confidence: number | null;
  /** What was heard, as a primary BCP 47 tag; null where the server does not tell. */
  readonly language: string | null;
}

/** Whisper's own thresholds: above the one and below the other, a segment is made up of silence. */
const NO_SPEECH_PROBABILITY = 0.6;
const SILENT_LOG_PROBABILITY = -1;

interface Segment {
  readonly text: string;
  readonly start: number | null;
  readonly end: number | null;
  readonly logProbability: number | null;
  readonly noSpeechProbability: number | null;
}

/** Reads `verbose_json`, `json` or plain text. Throws a `SyntaxError` for what should be JSON and is none. */
export function readTranscript(body: string, contentType: string): RemoteTranscript {
  if (/^text\/plain/iu.test(contentType) && !body.trimStart().startsWith('{')) {
    return { text: body.trim(), spanMs: null, confidence: null, language: null };
  }
  const answer = toRecord(JSON.parse(body));
  if (typeof answer['text'] !== 'string') throw new SyntaxError('the answer holds no text');
  const segments = toArray(answer['segments']).map(toSegment);
  const spoken = segments.filter((segment) => !isMadeUp(segment));
  const text =
    spoken.length === segments.length
      ? answer['text']
      : spoken.map((segment) => segment.text).join('');
  return {
    text: text.trim(),
    spanMs: toSpan(toArray(answer['words']).map(toSegment)) ?? toSpan(spoken),
    confidence: toConfidence(spoken),
    language: toLanguageTag(answer['language']),
  };
}

function isMadeUp({ noSpeechProbability, logProbability }: Segment): boolean {
  return (
    (noSpeechProbability ?? 0) > NO_SPEECH_PROBABILITY &&
    (logProbability ?? 0) < SILENT_LOG_PROBABILITY
  );
}

function toSpan(parts: readonly Segment[]): RemoteTranscript['spanMs'] {
  const start = parts[0]?.start ?? null;
  const end = parts.at(-1)?.end ?? null;
  if (start === null || end === null || end < start) return null;
  return { start: start * 1_000, end: end * 1_000 };
}

function toConfidence(segments: readonly Segment[]): number | null {
  const known = segments.flatMap(({ logProbability }) => logProbability ?? []);
  if (known.length === 0) return null;
  return Math.min(1, Math.exp(known.reduce((sum, value) => sum + value, 0) / known.length));
}

function toSegment(value: unknown): Segment {
  const record = toRecord(value);
  return {
    text: typeof record['text'] === 'string' ? record['text'] : '',
    start: toNumber(record['start']),
    end: toNumber(record['end']),
    logProbability: toNumber(record['avg_logprob']),
    noSpeechProbability: toNumber(record['no_speech_prob']),
  };
}

function toRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

const toArray = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const toNumber = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;
