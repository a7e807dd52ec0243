/** Table rows that open a page: a real link for keyboard, screen reader and new tabs; the rest of the row reacts to a click. */
import type { KeyboardEvent, MouseEvent } from 'react';

const inner = 'a, button, input, label, select, textarea, [role="checkbox"]';

/** Opens a row on a click. Clicks on controls inside the row, and clicks that end a text selection, are ignored. */
export const opensRow = (open: () => void) => ({
  className: 'row-link',
  onClick: (event: MouseEvent<HTMLElement>) => {
    if (event.target instanceof Element && event.target.closest(inner)) return;
    if (window.getSelection()?.toString()) return;
    open();
  },
});

/** For the body of a table: the arrow keys move the focus from the link of one row to the link of the next. */
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
