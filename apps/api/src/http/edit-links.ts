/** Where the link in a buyer's mail leads: on to the provider's page while a change of their order waits for its payment. */
import { formatMoney } from '@cartwright/contracts';
import { openEditLink } from '@cartwright/core/order-edits';
import { Router, type NextFunction, type Request, type Response } from 'express';
import type { Edge } from './context.ts';
import { drawPage, escapeHtml, pageHeaders } from './html-page.ts';

const words = {
  awaiting_payment: ['Your payment is being decided', 'Look again in a minute; you need not pay again.'],
  applied: ['Thank you, that is paid', 'Your order has been changed, and you will get a mail about it.'],
  lapsed: ['This is no longer open', 'The change was not paid in time. Your order stays as it was; nothing was charged for the change.'],
  withdrawn: ['This is no longer open', 'The change was taken back. Your order stays as it was; nothing was charged for the change.'],
} as const;

const answer = async ({ core }: Edge, token: string, res: Response): Promise<void> => {
  const { status, action, differenceCents, currency, orderNumber } = await openEditLink(core, token);
  res.set(pageHeaders("'none'"));
  if (action?.url) {
    res.redirect(303, action.url);
    return;
  }
  const [title, text] = words[status];
  res
    .type('html')
    .send(
      drawPage(
        title,
        `<h1>${title}</h1><p>Order ${escapeHtml(orderNumber)}</p><p class="sum">${escapeHtml(formatMoney(differenceCents, currency))}</p><p>${text}</p>`,
      ),
    );
};

export const editLinks = (edge: Edge): Router =>
  Router().get('/:token', (req: Request<{ token: string }>, res: Response, next: NextFunction): void => {
    answer(edge, req.params.token, res).catch(next);
  });
