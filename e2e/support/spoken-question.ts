// One spoken question in the app, and its answer as words and as sound. Node.
import path from 'node:path';
import { expect } from '@playwright/test';
import type { Page } from '@playwright/test';
import { RECORDINGS_DIR } from '../../scripts/lib/paths.mjs';
import { playedPeak } from './sound.ts';

/** "What is the capital of France?", for the browser's microphone. */
export const QUESTION_FILE: string = path.join(
  RECORDINGS_DIR,
  'questions',
  'capital-of-france.wav',
);

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
  await expect.poll(() => playedPeak(page), { timeout: ANSWER_MS }).toBeGreaterThan(AUDIBLE_PEAK);
}
