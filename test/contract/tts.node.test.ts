import { FakeTts } from '../../src/testing/fake-tts.ts';
import { runTtsSuite } from './tts.suite.ts';

runTtsSuite({ name: 'fake', create: async () => new FakeTts() });
