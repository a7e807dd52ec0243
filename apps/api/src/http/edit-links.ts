/** The payment link in the buyer's mail: redirects to the provider's page while an order edit waits for its payment. */
import { formatMoney } from '@cartwright/contracts';
import { openEditLink } from '@cartwright/core/order-edits';
import { Router, type NextFunction, type Request, type Response } from 'express';
import type { HttpLayer } from './context.ts';
import { drawPage, escapeHtml, pageHeaders } from './html-page.ts';

const words = {
  awaiting_payment: ['Your payment is being processed', 'Check again in a minute. You do not need to pay again.'],
  applied: ['Thank you for your payment', 'Your order has been changed. You will get a mail about it.'],
  lapsed: [
    'This payment is no longer open',
    'The edit was not paid in time. Your order is unchanged, and nothing was charged for the edit.',
  ],
  withdrawn: ['This payment is no longer open', 'The edit was withdrawn. Your order is unchanged, and nothing was charged for the edit.'],
} as const;

const answer = async ({ core }: HttpLayer, token: string, res: Response): Promise<void> => {
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
        `<h1>${title}</h1><p>Order ${escapeHtml(orderNumber)}</p>` +
          `<p class="sum">${escapeHtml(formatMoney(differenceCents, currency))}</p><p>${text}</p>`,
      ),
    );
};

/** The router of the payment links of order edits. */
export const editLinks = (http: HttpLayer): Router =>
  Router().get('/:token', (req: Request<{ token: string }>, res: Response, next: NextFunction): void => {
    answer(http, req.params.token, res).catch(next);
  });
