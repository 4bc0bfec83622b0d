// A language model that always has something to say: fixed texts over real HTTP, as server-sent events. Node.
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import type { PlannedConversation } from './conversations.ts';

/** `brief` is one sentence, the same to the n-th words of every conversation. */
type ReplyLength = Exclude<PlannedConversation['replies'], 'local'> | 'brief';

export interface StubLlm {
  /** For `--llm`; the path chooses how long replies are. */
  urlFor(length: ReplyLength): string;
  close(): Promise<void>;
}

/** About sixty words each; no two open alike, and none has words that an interruption would use. */
const LONG_REPLIES = [
  'The lighthouse stands at the end of a narrow road, and its keeper walks there each evening with a lamp. In winter the waves climb over the rocks and leave salt on the windows. Ships far out at sea look for the turning light, and count the seconds between one flash and the next, so that they know which coast they are near.',
  'Bread begins with flour, water and a little salt. The baker mixes them by hand, lets the dough rest under a cloth, and folds it several times during the night. By early morning it has grown to twice its size. Then the oven is heated with dry wood, and the smell drifts along the street before anybody in the village is awake.',
  'Every autumn the storks gather on the meadow behind the church. They stand in long rows, as if they were listening to a speech, and beat their wings to test the wind. Some of the young birds have never made the journey. They follow the older ones over mountains and deserts, and reach the great river when the rains are over.',
  'Paper was once made from old linen. People collected rags, sorted them by colour, and beat them in water until only soft fibres were left. A frame with a fine net was dipped into the vat and lifted out again, covered with a thin even layer. Sheet after sheet was pressed between felt and hung up to dry under the roof.',
];
const MIDDLING_WORDS = 30;
const SHORT_REPLIES = ['All right.', 'Very well.', 'Certainly.', 'Of course.', 'With pleasure.'];

/** Listens on a free port of this machine alone. Texts come at once, or after `firstTokenMs`. */
export async function startStubLlm({ firstTokenMs = 0 } = {}): Promise<StubLlm> {
  let count = 0;
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await textOf(request);
    response.setHeader('access-control-allow-origin', request.headers.origin ?? '*');
    response.setHeader('access-control-allow-headers', 'authorization, content-type');
    if (request.method === 'OPTIONS') {
      response.writeHead(204).end();
      return;
    }
    const length = request.url?.split('/')[1] as ReplyLength;
    if (firstTokenMs > 0) await delay(firstTokenMs);
    answer(response, replyOf(length, length === 'brief' ? countTurns(body) : count));
    count += 1;
  };
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    urlFor: (length) => `http://127.0.0.1:${port}/${length}/v1`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function replyOf(length: ReplyLength, count: number): string {
  const texts = length === 'short' ? SHORT_REPLIES : LONG_REPLIES;
  const text = texts[count % texts.length] ?? '';
  if (length === 'brief') return text.slice(0, text.indexOf('.') + 1);
  if (length !== 'middling') return text;
  return `${text.split(' ').slice(0, MIDDLING_WORDS).join(' ')}.`;
}

function countTurns(body: string): number {
  const { messages } = JSON.parse(body) as { messages: readonly { role: string }[] };
  return messages.filter(({ role }) => role === 'user').length;
}

/** Word by word, as a model would, but at once: the voice is what takes time here. */
function answer(response: ServerResponse, text: string): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const send = (delta: object, finish: string | null): void => {
    const data = { choices: [{ index: 0, delta, finish_reason: finish }] };
    response.write(`data: ${JSON.stringify(data)}\n\n`);
  };
  for (const word of text.split(/(?<=\s)/u)) send({ content: word }, null);
  send({}, 'stop');
  response.end('data: [DONE]\n\n');
}
