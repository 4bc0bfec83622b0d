// The button that is held while talking: pointer, or Space while it has the focus. Main thread.
import { h } from './dom.ts';

/** @param onPress is told once when the button goes down and once when it comes up, however that ends. */
export function createTalkButton(onPress: (isPressed: boolean) => void): HTMLButtonElement {
  const element = h('button', { type: 'button', class: 'talk', 'aria-pressed': 'false' }, [
    'Hold to talk',
  ]);
  let isPressed = false;
  const set = (next: boolean): void => {
    if (next === isPressed) return;
    isPressed = next;
    element.setAttribute('aria-pressed', String(next));
    onPress(next);
  };
  element.addEventListener('pointerdown', (event) => {
    element.setPointerCapture(event.pointerId);
    set(true);
  });
  for (const end of ['pointerup', 'pointercancel', 'lostpointercapture', 'blur'] as const) {
    element.addEventListener(end, () => set(false));
  }
  element.addEventListener('keydown', (event) => onSpace(event, () => set(true)));
  element.addEventListener('keyup', (event) => onSpace(event, () => set(false)));
  element.addEventListener('contextmenu', (event) => event.preventDefault());
  return element;
}

/** Keeps Space from clicking the button or scrolling the page. */
function onSpace(event: KeyboardEvent, action: () => void): void {
  if (event.code !== 'Space') return;
  event.preventDefault();
  action();
}
