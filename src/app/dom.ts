// Builds elements without markup strings: text is always text. Main thread.
import type { AppView } from './view-model.ts';

/** A piece of the page. `update` is called after every change of the view and must be cheap. */
export interface Part {
  readonly element: HTMLElement;
  update(view: AppView): void;
}

type Attributes = Readonly<Record<string, string | boolean>>;

/** An element; `true` sets an empty attribute, `false` none. Strings become text nodes. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  children: readonly (Node | string)[] = [],
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children);
  return element;
}

/** A push button that calls `onClick`. */
export function button(label: string, onClick: () => void, className = ''): HTMLButtonElement {
  const element = h('button', { type: 'button', class: className }, [label]);
  element.addEventListener('click', onClick);
  return element;
}

/** Sets text only when it differs, so that unchanged text is neither repainted nor announced. */
export function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** A `select` with a label around it. Options are pairs of value and text. */
export function labelledSelect(
  label: string,
  options: readonly (readonly [string, string])[],
  onChange: (value: string) => void,
): { element: HTMLLabelElement; select: HTMLSelectElement } {
  const select = h(
    'select',
    {},
    options.map(([value, text]) => h('option', { value }, [text])),
  );
  select.addEventListener('change', () => onChange(select.value));
  return { element: h('label', { class: 'field' }, [h('span', {}, [label]), select]), select };
}

export interface OptionGroup {
  /** Empty for options that stand by themselves. */
  readonly label: string;
  /** Of value and text. */
  readonly pairs: readonly (readonly [string, string])[];
}

/** Puts other options into a list; whoever has it open sees it change, so only call it when they differ. */
export function fillGroups(select: HTMLSelectElement, groups: readonly OptionGroup[]): void {
  const children = groups.flatMap(({ label, pairs }): HTMLElement[] => {
    const options = pairs.map(([value, text]) => h('option', { value }, [text]));
    return label === '' ? options : [h('optgroup', { label }, options)];
  });
  select.replaceChildren(...children);
}

/** A labelled text field. */
export function labelledInput(
  label: string,
  attributes: Attributes,
): { element: HTMLLabelElement; input: HTMLInputElement } {
  const input = h('input', attributes);
  return { element: h('label', { class: 'field' }, [h('span', {}, [label]), input]), input };
}
