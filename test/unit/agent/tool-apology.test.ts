// What is said when tools go in circles: in the language of the conversation, or not at all. Node.
import { expect, test } from 'vitest';
import type { VoiceAgentTool } from '../../../src/agent/options.ts';
import { turnWordsOf } from '../../../src/text/turn-words.ts';
import { DialogueRig } from './dialogue-rig.ts';

const CLOCK: VoiceAgentTool = {
  ...{ name: 'clock', description: 'The time.', parameters: { type: 'object' } },
  execute: async () => 1,
};

test.each([
  ['it-CH', [turnWordsOf('it')!.apology]],
  ['nb', []],
])('in %s: %j', async (language, apology) => {
  const rig = new DialogueRig({
    replies: [{ call: { name: 'clock', arguments: {} }, say: '' }],
    options: { language, tools: [CLOCK] },
    voice: null,
  });
  rig.dialogue.sendText('?');
  await rig.hear(0.05, 4_000);
  expect(rig.all('error')).toMatchObject([{ error: { code: 'tool-failed' } }]);
  expect(rig.all('reply-end').map(({ generatedText }) => generatedText)).toEqual(apology);
});
