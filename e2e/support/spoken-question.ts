// One spoken question in the app, and its answer as words and as sound. Node.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from '@playwright/test';
import type { Page } from '@playwright/test';
import { RECORDINGS_DIR } from '../../scripts/lib/paths.mjs';
import { monoAtTalkRate, monoWav } from '../../talk/audio-files.ts';
import { TALK_RATE_HZ } from '../../talk/page/plan.ts';
import { forgetSound, playedPeak } from './sound.ts';

/** "What is the capital of France?", for the browser's microphone. */
export const QUESTION_FILE: string = toFile('capital-of-france');
/** Between two questions: longer than an answer to the first takes. */
const PAUSE_MS = 25_000;

function toFile(question: string): string {
  return path.join(RECORDINGS_DIR, 'questions', `${question}.wav`);
}

/** The same, and "Hello, who are you?" some time after it: written into `folder`; returns its path. */
export async function writeTwoQuestions(folder: string): Promise<string> {
  const [first, second] = await Promise.all(
    ['capital-of-france', 'who-are-you'].map(async (name) =>
      monoAtTalkRate(await readFile(toFile(name))),
    ),
  );
  if (first === undefined || second === undefined) throw new Error('no questions');
  const startsAt = first.length + (PAUSE_MS * TALK_RATE_HZ) / 1_000;
  const both = new Float32Array(startsAt + second.length + TALK_RATE_HZ);
  both.set(first);
  both.set(second, startsAt);
  const file = path.join(folder, 'two-questions.wav');
  await writeFile(file, monoWav(both));
  return file;
}

/** Loading and answering, on a slow machine. */
const ANSWER_MS = 120_000;

/** A voice at conversational level peaks ten times as high. */
const AUDIBLE_PEAK = 0.03;

/** Presses Start on a page whose microphone plays the question, and expects to hear the answer. */
export async function expectSpokenAnswer(page: Page): Promise<void> {
  const log = page.getByRole('log', { name: 'Conversation' });
  await page.getByRole('button', { name: 'Start' }).click();
  await expect(log).toContainText(/capital/iu, { timeout: ANSWER_MS });
  await expect(log).toContainText(/Paris/u, { timeout: ANSWER_MS });
  await expectSound(page);
}

/** The second question of a microphone that has two; the first was answered. */
export async function expectSecondAnswer(page: Page): Promise<void> {
  await expect(page.getByText('Listening', { exact: true }).first()).toBeVisible({
    timeout: ANSWER_MS,
  });
  await forgetSound(page);
  const log = page.getByRole('log', { name: 'Conversation' });
  // Its greeting is what small recognisers agree on.
  await expect(log).toContainText(/Paris.*You.*hello.*Agent/iu, { timeout: ANSWER_MS });
  await expectSound(page);
}

export async function expectSound(page: Page): Promise<void> {
  await expect.poll(() => playedPeak(page), { timeout: ANSWER_MS }).toBeGreaterThan(AUDIBLE_PEAK);
}
