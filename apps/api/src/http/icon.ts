/** The icon of every page that this process serves. Browsers ask for `/favicon.ico` themselves when a page names no icon. */
import { Router } from 'express';

const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#0b7285"/>' +
  '<circle cx="16" cy="16" r="8.5" fill="none" stroke="#fff" stroke-width="2.5"/>' +
  '<path d="M16 7.5v17M7.5 16h17M10 10l12 12M22 10 10 22" stroke="#fff" stroke-width="1.6"/>' +
  '<circle cx="16" cy="16" r="2.4" fill="#fff"/></svg>';

/** The paths under which the icon is served. */
export const iconPaths = ['/favicon.svg', '/favicon.ico'];
/** For the head of a page. */
export const iconLink = '<link rel="icon" type="image/svg+xml" href="/favicon.svg">';

/** The router of the icon; browsers keep it for a day. */
export const iconRouter = (): Router =>
  Router().get(iconPaths, (_req, res) => {
    res.type('svg').set({ 'cache-control': 'public, max-age=86400', 'x-content-type-options': 'nosniff' }).send(icon);
  });
