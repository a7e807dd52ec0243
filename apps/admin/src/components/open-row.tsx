/** Table rows that lead somewhere: a true link for keyboard, screen reader and a new tab; the rest of the row for the mouse. */
import type { KeyboardEvent, MouseEvent } from 'react';

const inner = 'a, button, input, label, select, textarea, [role="checkbox"]';

/** Opens a row by a click on its ground: not by one on what has a use of its own, and not when words were marked to be copied. */
export const opensRow = (open: () => void) => ({
  className: 'row-link',
  onClick: (event: MouseEvent<HTMLElement>) => {
    if (event.target instanceof Element && event.target.closest(inner)) return;
    if (window.getSelection()?.toString()) return;
    open();
  },
});

/** For the body of a table: the arrows go from the link of one row to that of the next. */
export const walksRows = {
  onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0 || !(event.target instanceof HTMLElement) || !event.target.matches('[data-row]')) return;
    const links = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-row]')];
    const next = links[links.indexOf(event.target) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  },
};
