// Bytes as base64 text (RFC 4648) and back, portable: `btoa` is missing on the audio thread.
import { VoiceAgentError } from './errors.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export function toBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 3) {
    const count = Math.min(3, bytes.length - at);
    const bits = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    for (let k = 0; k < 4; k += 1) {
      parts.push(k > count ? '=' : (ALPHABET[(bits >> (18 - 6 * k)) & 63] ?? ''));
    }
  }
  return parts.join('');
}

/** Throws `invalid-data` for anything but padded base64 without white space. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const body = text.endsWith('==') ? text.slice(0, -2) : text.replace(/=$/u, '');
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*$/u.test(body)) {
    throw new VoiceAgentError('invalid-data', 'The audio text is not padded base64.', {
      details: { what: 'base64 text', reason: `${text.length} characters, malformed` },
    });
  }
  const bytes = new Uint8Array(Math.floor((body.length * 3) / 4));
  let bits = 0;
  for (let i = 0, at = 0; i < body.length; i += 1) {
    bits = ((bits << 6) | toSextet(body.charCodeAt(i))) & 0xffffff;
    // Every character after the first of a group of four completes one byte.
    if (i % 4 === 0) continue;
    bytes[at] = (bits >> (6 - 2 * (i % 4))) & 255;
    at += 1;
  }
  return bytes;
}

function toSextet(code: number): number {
  if (code >= 97) return code - 97 + 26;
  if (code >= 65) return code - 65;
  if (code >= 48) return code - 48 + 52;
  return code === 43 ? 62 : 63;
}
