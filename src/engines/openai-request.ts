// Sends one chat completion request in words that its server knows. Portable.
import type { LlmRequest } from '../core/contracts/language-model.ts';
import { OPTIONAL_FIELDS, toRequestJson } from './openai-wire.ts';
import type { OptionalField } from './openai-wire.ts';
import { refusedName, request } from './remote-request.ts';
import type { RemoteServer } from './remote-request.ts';

export interface ChatServer extends RemoteServer {
  /** Fields this server turned down; grows as it does. */
  readonly refused: Set<OptionalField>;
}

/**
 * Posts the request; a field that the server says it does not know is left out and the request sent
 * again at once. Rejects as {@link request} does.
 */
export async function postChat(
  server: ChatServer,
  chat: LlmRequest,
  signal: AbortSignal,
): Promise<Response> {
  const { model, refused } = server;
  for (;;) {
    try {
      const content = toRequestJson(chat, { model, refused });
      return await request(server, { content, type: 'application/json' }, signal);
    } catch (error) {
      const sent = OPTIONAL_FIELDS.filter((field) => !refused.has(field));
      const field = refusedName(error, sent);
      if (field === null) throw error;
      refused.add(field);
    }
  }
}
