// An OpenAI-compatible server of speech and transcripts for tests, whose faults are chosen by the name of the model. Node.
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { createAudioChunk } from '../../src/core/audio-chunk.ts';
import { toInt16 } from '../../src/core/pcm.ts';
import { encodeWav, parseWavMono } from '../../src/core/wav.ts';
import { openLocalEndpoint, readBody } from './local-endpoint.ts';
import type { LocalEndpoint } from './local-endpoint.ts';
import type { Recording } from './recordings.ts';

export interface AudioRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Fields of the JSON or the form; of a file, its samples are in `pcm`. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** What was sent to be transcribed, mono. */
  readonly pcm: Float32Array | null;
}

export interface AudioServer extends LocalEndpoint {
  /** In order of arrival. */
  readonly requests: readonly AudioRequest[];
}

interface Exchange {
  readonly request: AudioRequest;
  readonly response: ServerResponse;
  /** How many requests this model has had, this one included. */
  readonly count: number;
  /** What a server in good order answers with. */
  readonly answer: () => void;
}

type Scenario = (exchange: Exchange) => void;

const MS_PER_CHARACTER = 60;
const EDGE_MS = 200;
const PIECE_BYTES = 4_099;

/** A tone as long as the text, with silence around it. */
function toneOf(text: string, speed: number, sampleRateHz: number): Float32Array {
  const toSamples = (ms: number): number => Math.round((ms * sampleRateHz) / 1_000);
  const edge = toSamples(EDGE_MS);
  const speech = toSamples((text.length * MS_PER_CHARACTER) / speed);
  return Float32Array.from({ length: speech + 2 * edge }, (_, i) => {
    const isSpeech = i >= edge && i < edge + speech;
    return isSpeech ? 0.3 * Math.cos((2 * Math.PI * 220 * (i - edge)) / sampleRateHz) : 0;
  });
}

function toWav(pcm: Float32Array, sampleRateHz: number): Uint8Array<ArrayBuffer> {
  return encodeWav(createAudioChunk({ pcm: toInt16(pcm), sampleRateHz, isFinal: true }));
}

/** As servers write it that do not know the length yet. */
function withOpenLength(wav: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const view = new DataView(wav.buffer);
  view.setUint32(4, 0xffff_ffff, true);
  view.setUint32(40, 0xffff_ffff, true);
  return wav;
}

function speak({ request, response }: Exchange, rateHz: number, share = 1): void {
  const { input, speed, response_format: format } = request.fields;
  const pcm = toneOf(String(input), Number(speed ?? 1), rateHz);
  const wav = toWav(pcm, rateHz);
  const isOpen = rateHz === 24_000;
  const bytes = format === 'pcm' ? wav.subarray(44) : isOpen ? withOpenLength(wav) : wav;
  const end = Math.round(bytes.length * share);
  response.writeHead(200, { 'content-type': format === 'pcm' ? 'audio/pcm' : 'audio/wav' });
  for (let at = 0; at < end; at += PIECE_BYTES) {
    response.write(bytes.subarray(at, Math.min(end, at + PIECE_BYTES)));
  }
}

const errorJson = (message: string): string => JSON.stringify({ error: { message } });

const answering =
  (status: number, type: string, body: string): Scenario =>
  ({ response }) => {
    response.writeHead(status, { 'content-type': type });
    response.end(body);
  };

const once =
  (fault: Scenario): Scenario =>
  (exchange) =>
    exchange.count === 1 ? fault(exchange) : exchange.answer();

const busy: Scenario = (exchange) => {
  exchange.response.setHeader('retry-after-ms', '40');
  answering(429, 'application/json', errorJson('Too many requests'))(exchange);
};
const BROKEN = answering(500, 'application/json', errorJson('oops'));

/** By the name of the model; any other name answers well. Those that stall never end; `close` ends them. */
const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'busy-once': once(busy),
  busy: busy,
  'broken-once': once(BROKEN),
  broken: BROKEN,
  'reset-first': once(({ response }) => response.socket?.destroy()),
  'empty-once': once(answering(200, 'audio/wav', '')),
  'html-ok': answering(200, 'text/html; charset=utf-8', '<!doctype html><title>Hi</title>'),
  mpeg: answering(200, 'audio/mpeg', 'ID3'),
  'no-wav': answering(200, 'audio/wav', 'OggS and so on, which nobody asked for'),
  'half-json': answering(200, 'application/json', '{"text": "He was'),
  'other-json': answering(200, 'application/json', '{"result": "He was"}'),
  missing: answering(404, 'application/json', errorJson('No such model')),
  expired: (exchange) =>
    exchange.request.headers.authorization === 'Bearer token-2'
      ? exchange.answer()
      : answering(401, 'application/json', errorJson('Token expired'))(exchange),
  'stall-headers': () => undefined,
  'stall-once': once(() => undefined),
  /** Half of the audio, then a connection that is gone. */
  cut: (exchange) => {
    speak(exchange, 24_000, 0.5);
    setImmediate(() => exchange.response.socket?.destroy());
  },
  /** Half of what the header promises, and a clean end. */
  short: (exchange) => {
    speak(exchange, 22_050, 0.5);
    exchange.response.end();
  },
  'stall-later': (exchange) => speak(exchange, 24_000, 0.5),
  'other-rate': (exchange) => {
    speak(exchange, 22_050);
    exchange.response.end();
  },
  'json-only': (exchange) => {
    const { response_format: format } = exchange.request.fields;
    const message = `response_format '${String(format)}' is not compatible with this model`;
    const refuse = answering(400, 'application/json', errorJson(message));
    (format === undefined ? exchange.answer : () => refuse(exchange))();
  },
  'made-up': answering(
    200,
    'application/json',
    JSON.stringify({
      text: ' Hello. Thanks for watching!',
      segments: [
        { text: ' Hello.', start: 0, end: 0.5, avg_logprob: -0.1, no_speech_prob: 0.01 },
        { text: ' Thanks!', start: 0.5, end: 2, avg_logprob: -1.4, no_speech_prob: 0.8 },
      ],
    }),
  ),
  plain: answering(200, 'text/plain; charset=utf-8', 'He was not.\n'),
};

/** Listens on a free port of this machine. Of a recording it gives as many words as there is audio. */
export async function startAudioServer(
  recordings: readonly Recording[] = [],
): Promise<AudioServer> {
  const requests: AudioRequest[] = [];
  const counts = new Map<string, number>();

  async function handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(message);
    requests.push(request);
    const model = String(request.fields['model']);
    const count = (counts.get(model) ?? 0) + 1;
    counts.set(model, count);
    const exchange: Exchange = {
      request,
      response,
      count,
      answer: () => {
        if (request.pcm === null) speak(exchange, 24_000);
        else response.setHeader('content-type', 'application/json');
        response.end(request.pcm === null ? '' : transcribe(request, recordings));
      },
    };
    (SCENARIOS[model] ?? exchange.answer)(exchange);
  }

  return Object.assign(await openLocalEndpoint(handle), { requests });
}

async function readRequest(message: IncomingMessage): Promise<AudioRequest> {
  const { headers, url = '' } = message;
  const body = await readBody(message);
  const type = headers['content-type'] ?? '';
  if (!type.startsWith('multipart/')) {
    const fields = JSON.parse(body.toString('utf8')) as Record<string, unknown>;
    return { path: url, headers, fields, pcm: null };
  }
  const form = await new Response(body, { headers: { 'content-type': type } }).formData();
  const file = form.get('file') as File;
  const { pcm } = parseWavMono(new Uint8Array(await file.arrayBuffer()));
  return { path: url, headers, fields: Object.fromEntries(form.entries()), pcm };
}

/** Where speech begins, less than a millisecond off. */
function startOf(pcm: Float32Array): number {
  return pcm.findIndex((sample) => Math.abs(sample) > 1e-3);
}

function transcribe({ pcm, fields }: AudioRequest, recordings: readonly Recording[]): string {
  const audio = pcm ?? new Float32Array(0);
  const start = Math.max(0, startOf(audio));
  const heard = audio.subarray(start);
  const recording = recordings.find((known) => {
    const first = known.pcm.subarray(startOf(known.pcm));
    return heard.length > 0 && heard.slice(0, 80).every((x, i) => Math.abs(x - first[i]!) < 1e-3);
  });
  const words = recording?.transcript.split(' ') ?? [];
  const share = Math.min(1, (heard.length + 40) / (recording?.pcm.length ?? 1));
  const said = words.slice(0, Math.floor(words.length * share));
  const text = said.join(' ');
  if (fields['response_format'] !== 'verbose_json') return JSON.stringify({ text });
  const seconds = heard.length / 16_000 / Math.max(1, said.length);
  const from = start / 16_000;
  const times = said.map((word, i) => ({
    word,
    start: from + i * seconds,
    end: from + (i + 1) * seconds,
  }));
  const segment = { text, start: from, end: from + heard.length / 16_000, avg_logprob: -0.2 };
  const segments = said.length > 0 ? [segment] : [];
  return JSON.stringify({ text, language: 'english', words: times, segments });
}
