/** The local mailbox, for staff. */
import type { MailId, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import {
  createFieldReader,
  likeText,
  notFound,
  requireScope,
  selectPage,
  type Actor,
  type Core,
  type FieldReader,
} from '../kernel/index.ts';

type C = ShopContract['mailbox'];
interface MailRow {
  readonly id: MailId;
  readonly toSealed: string;
  readonly subject: string;
  readonly template: string;
  readonly sentAt: Date;
}
const summaryColumns = ['id', 'toSealed', 'subject', 'template', 'sentAt'] as const;
const toSummary = (fields: FieldReader, { toSealed, ...row }: MailRow) => ({
  ...row,
  to: fields.text('to', ['mails', 'to_sealed', row.id], toSealed),
  sentAt: row.sentAt.toISOString(),
  unreadable: fields.unreadable,
});

/** Mails, newest first. `q` is the recipient's address, or words of the subject. */
export const listMails = async (core: Core, actor: Actor, input: z.output<C['list']['input']>): Promise<z.output<C['list']['output']>> => {
  requireScope(actor, 'notifications:read');
  const to = input.q?.includes('@') ? core.sealer.index('email', input.q.toLowerCase()) : null;
  const subject = input.q && !to ? `%${likeText(input.q)}%` : null;
  const mails = core.db
    .selectFrom('mails')
    .select(summaryColumns)
    .$if(to !== null, (query) => query.where('toIndex', '=', to))
    .$if(subject !== null, (query) => query.where('subject', 'ilike', subject))
    .orderBy('sentAt', 'desc')
    .orderBy('id', 'desc')
    .$narrowType<{ id: MailId }>();
  return selectPage(mails, input, (row) => toSummary(createFieldReader(core.sealer), row));
};

/** One mail with both its bodies. Throws `NOT_FOUND`. */
export const getMail = async (core: Core, actor: Actor, input: z.output<C['get']['input']>): Promise<z.output<C['get']['output']>> => {
  requireScope(actor, 'notifications:read');
  const mail = await core.db
    .selectFrom('mails')
    .select([...summaryColumns, 'htmlSealed', 'textSealed'])
    .where('id', '=', input.mailId)
    .$narrowType<{ id: MailId }>()
    .executeTakeFirst();
  if (!mail) throw notFound('This mail', input.mailId);
  const { htmlSealed, textSealed, ...row } = mail;
  const fields = createFieldReader(core.sealer);
  return {
    ...toSummary(fields, row),
    html: fields.text('html', ['mails', 'html_sealed', row.id], htmlSealed),
    text: fields.text('text', ['mails', 'text_sealed', row.id], textSealed),
  };
};
