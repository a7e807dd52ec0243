/** Which HTML a description may contain: text with headings, lists, tables, links and images, and nothing that runs. */
import sanitizeHtml from 'sanitize-html';

const sizes = ['width', 'height'];
const rules: sanitizeHtml.IOptions = {
  allowedTags: [...sanitizeHtml.defaults.allowedTags, 'img', 'del', 'ins'],
  allowedAttributes: {
    a: ['href', 'title', 'target', 'rel'],
    img: ['src', 'alt', 'title', ...sizes],
    td: ['colspan', 'rowspan'],
    th: ['colspan', 'rowspan', 'scope'],
    col: ['span'],
    ol: ['start', 'type', 'reversed'],
    time: ['datetime'],
    '*': ['lang', 'dir'],
  },
  allowedSchemes: ['https', 'http', 'mailto', 'tel'],
  allowedSchemesByTag: { img: ['https'] },
  // A page that a link opens must not reach the shop's.
  transformTags: {
    a: (tagName, attribs) => ({ tagName, attribs: attribs['target'] ? { ...attribs, rel: 'noopener noreferrer' } : attribs }),
  },
};

/** Whether a text contains anything that a browser reads as a tag or a comment. */
const hasTags = (text: string): boolean => /<[a-z!/?]/i.test(text);

/**
 * A description that any page can show as HTML: scripts, styles, frames, forms and event handlers are removed. A text without tags
 * stays as it is. Cleaning a clean text changes nothing.
 */
export const safeHtml = <T extends string | null | undefined>(text: T): T | string =>
  typeof text === 'string' && hasTags(text) ? sanitizeHtml(text, rules).trim() : text;
