import { expect, test } from 'vitest';
import { parseNetLog, summariseNetwork } from '../../../talk/report/network.ts';

const TYPES = {
  URL_REQUEST_START_JOB: 1,
  URL_REQUEST_JOB_FILTERED_BYTES_READ: 2,
  HOST_RESOLVER_MANAGER_REQUEST: 3,
  FAILED: 4,
};
const constants = { logEventTypes: TYPES, logSourceType: { URL_REQUEST: 9 } };
const event = (id: number, type: keyof typeof TYPES, params?: object) => ({
  source: { id, type: 9 },
  type: TYPES[type],
  ...(params === undefined ? {} : { params }),
});
const start = (id: number, url: string, initiator = 'http://localhost:1') =>
  event(id, 'URL_REQUEST_START_JOB', { url, initiator });
const options = { pageOrigin: 'http://localhost:1', llmHost: 'llm.test:8443', targetUrls: [] };

test('hosts are summed by who asked and whether anything came back', () => {
  const events = [
    start(1, 'http://localhost:1/', 'not an origin'),
    event(1, 'URL_REQUEST_START_JOB'),
    event(1, 'URL_REQUEST_JOB_FILTERED_BYTES_READ', { byte_count: 100 }),
    event(1, 'URL_REQUEST_JOB_FILTERED_BYTES_READ', { byte_count: 20 }),
    start(2, 'https://example.com/x'),
    event(2, 'URL_REQUEST_START_JOB', { net_error: -105 }),
    start(3, 'https://updates.test/y', 'not an origin'),
    event(3, 'URL_REQUEST_START_JOB', { net_error: -105 }),
    start(4, 'https://llm.test:8443/v1/chat/completions'),
    event(4, 'URL_REQUEST_JOB_FILTERED_BYTES_READ', { byte_count: 7 }),
    start(5, 'http://localhost:1/models/a'),
    event(5, 'URL_REQUEST_JOB_FILTERED_BYTES_READ', { byte_count: 3 }),
    start(6, 'data:text/plain,x'),
  ];
  expect(summariseNetwork({ constants, events }, options)).toEqual([
    { host: 'localhost:1', kind: 'page', bytes: 123, blocked: false },
    { host: 'example.com', kind: 'other', bytes: 0, blocked: true },
    { host: 'updates.test', kind: 'browser', bytes: 0, blocked: true },
    { host: 'llm.test:8443', kind: 'llm', bytes: 7, blocked: false },
  ]);
});

test('a name that was looked up, or a socket a target opened, is listed without a request', () => {
  const events = [
    event(1, 'HOST_RESOLVER_MANAGER_REQUEST', { host: 'stun.test:3478' }),
    event(2, 'HOST_RESOLVER_MANAGER_REQUEST', { host: 'https://~notfound' }),
    event(3, 'HOST_RESOLVER_MANAGER_REQUEST', { net_error: -105 }),
  ];
  const targetUrls = ['wss://socket.test/x', 'blob:http://localhost:1/2'];
  expect(summariseNetwork({ constants, events }, { ...options, targetUrls })).toEqual([
    { host: 'stun.test:3478', kind: 'other', bytes: 0, blocked: false },
    { host: 'socket.test', kind: 'other', bytes: 0, blocked: false },
  ]);
});

test('a log that was cut short is read up to the cut', () => {
  const lines = [start(1, 'http://a.test/'), start(2, 'http://b.test/')].map((each) =>
    JSON.stringify(each),
  );
  const whole = `{"constants":${JSON.stringify(constants)},\n"events": [\n${lines.join(',\n')}]}`;
  const read = (text: string): string[] =>
    summariseNetwork(parseNetLog(text), options).map(({ host }) => host);
  expect(read(whole)).toEqual(['a.test', 'b.test']);
  expect(read(whole.slice(0, whole.indexOf('b.test')))).toEqual(['a.test']);
});
