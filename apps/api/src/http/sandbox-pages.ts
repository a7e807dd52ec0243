/** The sandbox provider's own page, on which a buyer confirms or refuses a charge as with 3-D Secure. Served only where the sandbox takes payments. */
import { formatMoney } from '@cartwright/contracts';
import { decideSandboxCharge, getSandboxCharge, type SandboxCharge } from '@cartwright/core/payments';
import { Router, urlencoded, type NextFunction, type Request, type Response } from 'express';
import type { Edge } from './context.ts';
import { drawPage, escapeHtml, pageHeaders } from './html-page.ts';

const form = `<form method="post"><button name="decision" value="confirm">Confirm the payment</button>
<button name="decision" value="refuse" class="second">Refuse</button></form>`;

const drawCharge = (charge: SandboxCharge): string =>
  drawPage(
    'Sandbox payment',
    `<h1>Is this you?</h1><p>The sandbox provider asks before it takes play money. No real card is charged.</p>
<p class="sum">${escapeHtml(formatMoney(charge.amountCents, charge.currency))}</p>${charge.status === 'action' ? form : `<p>This payment is ${escapeHtml(charge.status)} already. You can close this page.</p>`}`,
  );

/** Browsers apply `form-action` to the redirect after a form as well, so the way back is named beside the page itself. */
const headersOf = ({ returnUrl }: SandboxCharge): Record<string, string> =>
  pageHeaders(`'self'${returnUrl ? ` ${new URL(returnUrl).origin}` : ''}`);

const wayBack = (edge: Edge, { returnUrl, paymentId }: SandboxCharge): string => {
  const url = new URL(returnUrl ?? edge.core.config.publicUrl);
  url.searchParams.set('payment', paymentId);
  return url.href;
};

const answer = async (edge: Edge, req: Request<{ reference: string }>, res: Response): Promise<void> => {
  const { reference } = req.params;
  if (req.method === 'POST') {
    const { decision } = req.body as { decision?: unknown };
    const charge = await decideSandboxCharge(edge.core, reference, decision === 'confirm');
    res.set(headersOf(charge)).redirect(303, wayBack(edge, charge));
    return;
  }
  const charge = await getSandboxCharge(edge.core, reference);
  res.set(headersOf(charge)).type('html').send(drawCharge(charge));
};

/** `GET` shows a charge that waits for its buyer, `POST decision=confirm` or any other decides it and leads back to the shop. */
export const sandboxPages = (edge: Edge): Router => {
  const handle = (req: Request<{ reference: string }>, res: Response, next: NextFunction): void => {
    answer(edge, req, res).catch(next);
  };
  return Router()
    .get('/payments/:reference', handle)
    .post('/payments/:reference', urlencoded({ extended: false, limit: '1kb' }), handle);
};
