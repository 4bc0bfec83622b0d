// When the browser is asked to keep the models.
import { afterEach, expect, test, vi } from 'vitest';
import { Persistence } from '../../../src/browser/persistence.ts';

afterEach(() => void vi.unstubAllGlobals());

function stubNavigator(more: object): { asked: number } {
  const count = { asked: 0 };
  const storage = {
    persist: () => {
      count.asked += 1;
      return Promise.reject(new Error('refused'));
    },
  };
  vi.stubGlobal('navigator', { storage, ...more });
  return count;
}

test('it is asked once, behind a click or a key', () => {
  const activation = { hasBeenActive: false };
  const count = stubNavigator({ userActivation: activation });
  const persistence = new Persistence();
  persistence.ask();
  expect(count.asked).toBe(0);
  activation.hasBeenActive = true;
  persistence.ask();
  persistence.ask();
  expect(count.asked).toBe(1);
});

test('a browser that knows nothing of clicks is asked, and one without storage is not', () => {
  const count = stubNavigator({});
  new Persistence().ask();
  expect(count.asked).toBe(1);
  vi.stubGlobal('navigator', {});
  expect(() => new Persistence().ask()).not.toThrow();
});
