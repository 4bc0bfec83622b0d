import { expect, test } from 'vitest';

test('importing the package in Node touches no browser global', async () => {
  const { createVoiceAgent } = await import('../../../src/index.ts');
  expect(typeof createVoiceAgent).toBe('function');
});

test('the streaming parts are an entry of their own', async () => {
  expect(Object.keys(await import('../../../src/streaming.ts')).sort()).toEqual([
    'ChunkQueue',
    'JITTER_PRESETS',
    'JitterBuffer',
    'audioChunkFromJson',
    'audioChunkLengthMs',
    'audioChunkToJson',
    'createAudioChunk',
  ]);
});

test('what is made of metrics is an entry of its own', async () => {
  expect(Object.keys(await import('../../../src/metrics.ts')).sort()).toEqual([
    'TURN_STAGES',
    'attachTurnTracing',
    'createMetricsExporter',
    'createMetricsReport',
    'summarizeStages',
    'toTurnTimeline',
  ]);
});

test('an agent can be made, asked and disposed without a browser', async () => {
  const { createVoiceAgent } = await import('../../../src/index.ts');
  const agent = createVoiceAgent({ instructions: 'Be brief.' });
  expect(agent.state).toEqual({
    user: 'silent',
    agent: 'off',
    microphone: 'off',
    isAudible: false,
    status: 'listening',
  });
  expect(agent.messages).toEqual([]);
  await agent.dispose();
  expect(() => agent.interrupt()).toThrow(expect.objectContaining({ code: 'disposed' }));
});

test('an agent is a source of metrics', async () => {
  const { createVoiceAgent } = await import('../../../src/index.ts');
  const { attachTurnTracing, createMetricsExporter } = await import('../../../src/metrics.ts');
  const api = await import('@opentelemetry/api');
  const agent = createVoiceAgent();
  const exporter = createMetricsExporter({ source: agent, send: async () => undefined });
  const detach = attachTurnTracing({ source: agent, api });
  expect(exporter.stats).toMatchObject({ waiting: 0, sent: 0 });
  detach();
  await exporter.dispose();
  await agent.dispose();
});

test('wrong options throw at once, with their path', async () => {
  const { createVoiceAgent } = await import('../../../src/index.ts');
  expect(() => createVoiceAgent({ turn: { minSilenceMs: -1 } })).toThrow(
    new TypeError('options.turn.minSilenceMs must be at least 100, got -1'),
  );
});

test('sendText and say refuse empty text', async () => {
  const { createVoiceAgent } = await import('../../../src/index.ts');
  const agent = createVoiceAgent();
  await expect(agent.sendText('  ')).rejects.toThrow(/^sendText: text must be/u);
  await expect(agent.say('')).rejects.toThrow(/^say: text must be/u);
});
