/** Renders a mail as subject, HTML and text. react-email is large, so it is loaded with the first mail. */
import type { Core } from '../kernel/index.ts';
import { mails, type MailTemplate } from './mail.catalogue.ts';
import type { MailSubject } from './mail.data.ts';
import type { Mail } from './mail.definition.ts';

interface RenderedMail {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

let plainText: Promise<(html: string) => string> | undefined;

/** Converts HTML to the same text as react-email. react-email compiles its rules again for each mail, which takes longer than the mail. */
const toPlainText = (): Promise<(html: string) => string> =>
  (plainText ??= Promise.all([import('html-to-text'), import('react-email')]).then(([{ compile }, { plainTextSelectors }]) =>
    compile({ wordwrap: false, selectors: plainTextSelectors }),
  ));

/** Loads the data of a mail and renders it. Rejects if the subject of the mail does not exist. */
export const renderMail = async (core: Core, mail: Mail, about: MailSubject, shop: string): Promise<RenderedMail> => {
  const { subject, element } = await mail.draw(core, about, shop);
  const { render } = await import('react-email');
  const html = await render(element);
  return { subject, html, text: (await toPlainText())(html) };
};

/** Renders the mail of a template for its subject as HTML and plain text. */
export const renderTemplate = (core: Core, template: MailTemplate, about: MailSubject, shop: string): Promise<RenderedMail> =>
  renderMail(core, mails[template], about, shop);
