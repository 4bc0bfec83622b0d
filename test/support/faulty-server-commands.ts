// A server of one large model file that misbehaves, for tests in a browser: commands that Vitest runs for them. Node.
import { createHash } from 'node:crypto';
import { startModelServer } from './model-server.ts';
import type { Fault, ModelServer, ModelServerOptions, ServedRequest } from './model-server.ts';
import { randomBytes } from './store-rig.ts';

const MIB = 1024 ** 2;
const PATH = '/m/a.bin';
const FAULTLESS: Fault = { kind: 'none' };
const EXPOSED = { 'Access-Control-Expose-Headers': 'ETag, Content-Range' };

/** What the server does; unless told otherwise it shows its tags to pages of other origins, and it takes no headers of theirs. */
export type FaultScenario =
  /** Nothing. */
  | 'none'
  /** Twenty connections are torn down, at places of the file that are drawn by chance. */
  | 'resets'
  /** One answer goes quiet in its midst. */
  | 'stall'
  /** Ranges are refused from the third request on. */
  | 'range-refused'
  /** From the sixth request on ranges are of what gzip makes of the file. */
  | 'gzip-ranges'
  /** All are, and pages of other origins are shown neither that nor a range's place. */
  | 'hidden-gzip-ranges'
  /** The file is another one of the same size until the sixth request. */
  | 'changed-tag'
  /** Every request brings a web page with status 200. */
  | 'page'
  /** The file is shorter or longer than the catalogue has it. */
  | 'short'
  | 'long';

export interface FaultyServed {
  readonly origin: string;
  /** Of the file as the catalogue should have it, in hexadecimal digits. */
  readonly sha256: string;
}

export interface FaultyReport {
  readonly requests: number;
  /** How many connections the scenario has torn down. */
  readonly resets: number;
  /** Bytes that were handed to connections more than once. */
  readonly sentTwiceBytes: number;
}

interface Scene {
  readonly server: ModelServer;
  readonly countResets: () => number;
}

let scene: Scene | null = null;

export async function serveFaultyModel(
  _context: unknown,
  { scenario, bytes, seed }: { scenario: FaultScenario; bytes: number; seed: number },
): Promise<FaultyServed> {
  await closeFaultyModel();
  const content = randomBytes(bytes, seed);
  const places = drawPlaces(bytes, { count: scenario === 'resets' ? 20 : 0, seed });
  const wanted = places.length;
  const files = new Map([[PATH, toServed(content, scenario)]]);
  let tag = '"first"';
  const behave = (request: ServedRequest): Fault => {
    if (scenario === 'changed-tag' && request.number === 5) {
      files.set(PATH, content);
      tag = '"second"';
    }
    return chooseFault(request, { scenario, places });
  };
  const options: ModelServerOptions = {
    ...{ files, behave, etag: () => tag, takesAnyHeaders: false },
    headers: {
      'Access-Control-Allow-Origin': '*',
      ...(scenario === 'hidden-gzip-ranges' ? {} : EXPOSED),
    },
  };
  const server = await startModelServer(options);
  scene = { server, countResets: () => wanted - places.length };
  return { origin: server.origin, sha256: createHash('sha256').update(content).digest('hex') };
}

export function reportFaultyModel(): FaultyReport {
  if (scene === null) throw new Error('No faulty model is served.');
  const { requests, sentBytes } = scene.server;
  const spans = requests.map(({ start, sentBytes: length }) => [start, start + length] as const);
  return {
    requests: requests.length,
    resets: scene.countResets(),
    sentTwiceBytes: sentBytes - countOnce(spans),
  };
}

export async function closeFaultyModel(): Promise<void> {
  await scene?.server.close();
  scene = null;
}

/** Taken from `places` as they are used. */
function chooseFault(
  { start, end, number, hasRange }: ServedRequest,
  { scenario, places }: { scenario: FaultScenario; places: number[] },
): Fault {
  if (scenario === 'page') return { kind: 'page' };
  if (scenario === 'stall' && number === 2) return { kind: 'stall', afterBytes: MIB / 3 };
  if (scenario === 'range-refused' && number >= 2 && hasRange)
    return { kind: 'status', status: 416 };
  const isGzip = scenario === 'hidden-gzip-ranges' || (scenario === 'gzip-ranges' && number >= 5);
  if (isGzip && hasRange) return { kind: 'gzip' };
  const index = places.findIndex((place) => place >= start && place < end);
  if (index < 0) return FAULTLESS;
  const [place = start] = places.splice(index, 1);
  return { kind: 'reset', afterBytes: place - start };
}

function toServed(content: Uint8Array, scenario: FaultScenario): Uint8Array {
  if (scenario === 'short') return content.subarray(0, content.length - MIB);
  if (scenario === 'long') return Buffer.concat([content, new Uint8Array(5)]);
  if (scenario === 'changed-tag') return content.map((byte) => byte ^ 1);
  return content;
}

/** In the order of the file. */
function drawPlaces(bytes: number, { count, seed }: { count: number; seed: number }): number[] {
  const numbers = new Uint32Array(randomBytes(count * 4, seed + 1).buffer);
  return [...numbers].map((number) => Math.floor((number / 2 ** 32) * bytes)).sort(ascending);
}

const ascending = (left: number, right: number): number => left - right;

/** Length of the union of spans. */
function countOnce(spans: readonly (readonly [number, number])[]): number {
  let once = 0;
  let at = 0;
  for (const [from, to] of [...spans].sort((left, right) => left[0] - right[0])) {
    once += Math.max(0, to - Math.max(from, at));
    at = Math.max(at, to);
  }
  return once;
}
