/** Where the keyboard is when what it stood on goes away: a dialog closes, a menu folds, a row is removed. */
import { useEffect } from 'react';

/** More places than any dialog has, so that its opener is not forgotten by whoever walks through all of it. */
const longest = 100;
const canTake = (element: HTMLElement): boolean =>
  element.isConnected &&
  element.checkVisibility({ visibilityProperty: true }) &&
  !element.closest('[inert]') &&
  !element.matches(':disabled');

/**
 * Brings the focus back to the latest place that is still there when the element that had it has left the page. The
 * library does so for dialogs that stay mounted and were opened by something that stays; menus and dialogs that come
 * and go would leave the keyboard at the top of the page.
 */
export const useFocusTrail = (): void => {
  useEffect(() => {
    let trail: HTMLElement[] = [];
    const remember = ({ target }: FocusEvent): void => {
      if (!(target instanceof HTMLElement)) return;
      trail = [...trail.filter((place) => place !== target), target].slice(-longest);
    };
    const bringBack = (): void => {
      const last = trail.at(-1);
      if (!last || last.isConnected || (document.activeElement && document.activeElement !== document.body)) return;
      const before = trail.findLast(canTake) ?? document.querySelector<HTMLElement>('main');
      before?.focus({ preventScroll: true });
    };
    document.addEventListener('focusin', remember);
    const watch = new MutationObserver(bringBack);
    watch.observe(document.body, { childList: true, subtree: true });
    return () => {
      document.removeEventListener('focusin', remember);
      watch.disconnect();
    };
  }, []);
};
