// Where the requests of a remote engine go. Portable.

/** The stages that may run behind an OpenAI-compatible endpoint. */
export type RemoteStage = 'llm' | 'stt' | 'tts';

export interface Endpoint {
  readonly stage: RemoteStage;
  readonly url: string;
  /** The address without query and credentials, for errors. */
  readonly shownUrl: string;
}

const PATHS = {
  llm: 'chat/completions',
  stt: 'audio/transcriptions',
  tts: 'audio/speech',
} satisfies Record<RemoteStage, string>;

/** The address of a stage under a base URL, which may name it already. Throws a `TypeError` naming `baseUrl`. */
export function toEndpoint(baseUrl: string, stage: RemoteStage): Endpoint {
  const url = toWebUrl(baseUrl);
  const path = url.pathname.replace(/\/+$/u, '');
  url.pathname = path.endsWith(`/${PATHS[stage]}`) ? path : `${path}/${PATHS[stage]}`;
  return { stage, url: url.href, shownUrl: url.origin + url.pathname };
}

/** An absolute address, relative ones being taken from the page's. Throws as {@link toEndpoint} does. */
export function toWebUrl(baseUrl: string): URL {
  const pageUrl = (globalThis as { location?: { href?: string } }).location?.href;
  if (!URL.canParse(baseUrl, pageUrl)) {
    throw new TypeError(`baseUrl must be an http or https address, got "${baseUrl}".`);
  }
  const url = new URL(baseUrl, pageUrl);
  if (!/^https?:$/u.test(url.protocol) || url.username !== '' || url.password !== '') {
    throw new TypeError('baseUrl must be an http or https address without a user name.');
  }
  url.hash = '';
  return url;
}
