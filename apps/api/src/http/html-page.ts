/** Small pages without scripts that the API renders itself. */
import { iconLink } from './icon.ts';

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
/** A text as HTML, in content and in attributes. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (c) => escapes[c] ?? c);

/** A whole page. `title` is text, `body` is HTML. */
export const drawPage = (title: string, body: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">${iconLink}
<title>${escapeHtml(title)}</title><style>
body{font:16px/1.5 system-ui,sans-serif;max-width:26rem;margin:10vh auto;padding:0 1rem;color:#1a1b1e;background:#f8f9fa}
main{background:#fff;border:1px solid #dee2e6;border-radius:8px;padding:1.5rem}
button{font:inherit;padding:.6rem 1rem;border-radius:6px;border:1px solid #1864ab}
button{background:#1864ab;color:#fff;cursor:pointer;margin-right:.5rem}
.second{background:#fff;color:#1864ab}p.sum{font-size:1.6rem;font-weight:600;margin:.5rem 0}</style></head><body><main>
${body}
</main></body></html>`;

/** The page loads nothing but its icon, is never cached, and sends forms only to `formAction`. */
export const pageHeaders = (formAction: string): Record<string, string> => ({
  'content-security-policy':
    `default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; form-action ${formAction}; frame-ancestors 'none'; ` +
    `base-uri 'none'`,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
});
