// What a recogniser refuses to open is told to whoever asks for the words. Node.
import { expect, test } from 'vitest';
import { VoiceAgentError } from '../../../src/core/errors.ts';
import { SttServiceHost } from '../../../src/engines/stt-host.ts';
import { ScriptedStt } from '../../../src/testing/scripted-stt.ts';

test('a language that it does not have', async () => {
  const refusal = new VoiceAgentError('unsupported', 'English only.', {
    details: { feature: 'speech recognition in de' },
  });
  const engine = new ScriptedStt({ lines: ['Good morning.'] });
  const open = engine.open.bind(engine);
  engine.open = (options) => {
    if (options.language !== 'en') throw refusal;
    return open(options);
  };
  const host = new SttServiceHost(engine);
  host.open(1, { language: 'de' });
  host.push(1, new Float32Array(16_000).fill(0.1));
  await expect(host.transcribe(1)).rejects.toBe(refusal);
  host.close(1);
  await expect(host.transcribe(1)).rejects.toMatchObject({ name: 'AbortError' });
  host.open(2, { language: 'en' });
  host.push(2, new Float32Array(16_000).fill(0.1));
  expect(await host.transcribe(2)).toMatchObject({ text: 'Good morning.' });
});
