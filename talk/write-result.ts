// Puts a conversation's recordings and report into a folder. Node.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { monoWav, stereoWav } from './audio-files.ts';
import { parseReport } from './report/schema.ts';
import type { TalkResult } from './run-talk.ts';

/** `conversation.wav`, `user.wav` and `report.json`; the report is checked against its schema first. */
export async function writeResult(result: TalkResult, folder: string): Promise<void> {
  const { left, right } = result.recording;
  const json = JSON.stringify(parseReport(result.report), null, 2);
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'conversation.wav'), stereoWav(left, right));
  await writeFile(path.join(folder, 'user.wav'), monoWav(result.user));
  await writeFile(path.join(folder, 'report.json'), `${json}\n`);
}
