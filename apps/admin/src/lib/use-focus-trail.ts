/** Restores the keyboard focus when the focused element is removed: a dialog or menu closes, a row is deleted. */
import { useEffect } from 'react';

/** Number of remembered elements. More than any dialog has, so that the element that opened the dialog is still remembered. */
const maxLength = 100;
const canFocus = (element: HTMLElement): boolean =>
  element.isConnected &&
  element.checkVisibility({ visibilityProperty: true }) &&
  !element.closest('[inert]') &&
  !element.matches(':disabled');

/**
 * When the focused element leaves the page, moves the focus to the most recently focused element that is still there. The
 * library does so only for dialogs that stay mounted and whose opener stays; after other dialogs and menus the focus would
 * start again at the top of the page.
 */
export const useFocusTrail = (): void => {
  useEffect(() => {
    let trail: HTMLElement[] = [];
    const remember = ({ target }: FocusEvent): void => {
      if (!(target instanceof HTMLElement)) return;
      trail = [...trail.filter((place) => place !== target), target].slice(-maxLength);
    };
    const restore = (): void => {
      const last = trail.at(-1);
      if (!last || last.isConnected || (document.activeElement && document.activeElement !== document.body)) return;
      const before = trail.findLast(canFocus) ?? document.querySelector<HTMLElement>('main');
      before?.focus({ preventScroll: true });
    };
    document.addEventListener('focusin', remember);
    const watch = new MutationObserver(restore);
    watch.observe(document.body, { childList: true, subtree: true });
    return () => {
      document.removeEventListener('focusin', remember);
      watch.disconnect();
    };
  }, []);
};
