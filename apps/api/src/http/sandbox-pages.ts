/**
 * The page of the sandbox provider where a buyer confirms or refuses a charge, like 3-D Secure. Served only if the sandbox provider is
 * enabled.
 */
import { formatMoney } from '@cartwright/contracts';
import { decideSandboxCharge, getSandboxCharge, type SandboxCharge } from '@cartwright/core/payments';
import { Router, urlencoded, type NextFunction, type Request, type Response } from 'express';
import type { HttpLayer } from './context.ts';
import { drawPage, escapeHtml, pageHeaders } from './html-page.ts';

const form = `<form method="post"><button name="decision" value="confirm">Confirm the payment</button>
<button name="decision" value="refuse" class="second">Refuse</button></form>`;

const drawCharge = (charge: SandboxCharge): string =>
  drawPage(
    'Sandbox payment',
    `<h1>Confirm your payment</h1><p>This is the sandbox provider. No real card is charged.</p>
<p class="sum">${escapeHtml(formatMoney(charge.amountCents, charge.currency))}</p>${
      charge.status === 'action' ? form : `<p>This payment is ${escapeHtml(charge.status)} already. You can close this page.</p>`
    }`,
  );

/** Browsers also apply `form-action` to the redirect after a form, so the return address is allowed too. */
const headersOf = ({ returnUrl }: SandboxCharge): Record<string, string> =>
  pageHeaders(`'self'${returnUrl ? ` ${new URL(returnUrl).origin}` : ''}`);

const wayBack = (http: HttpLayer, { returnUrl, paymentId }: SandboxCharge): string => {
  const url = new URL(returnUrl ?? http.core.config.publicUrl);
  url.searchParams.set('payment', paymentId);
  return url.href;
};

const answer = async (http: HttpLayer, req: Request<{ reference: string }>, res: Response): Promise<void> => {
  const { reference } = req.params;
  if (req.method === 'POST') {
    const { decision } = req.body as { decision?: unknown };
    const charge = await decideSandboxCharge(http.core, reference, decision === 'confirm');
    res.set(headersOf(charge)).redirect(303, wayBack(http, charge));
    return;
  }
  const charge = await getSandboxCharge(http.core, reference);
  res.set(headersOf(charge)).type('html').send(drawCharge(charge));
};

/**
 * `GET` shows a charge that waits for its buyer. `POST` confirms it with `decision=confirm`, refuses it otherwise, and redirects to the
 * shop.
 */
export const sandboxPages = (http: HttpLayer): Router => {
  const handle = (req: Request<{ reference: string }>, res: Response, next: NextFunction): void => {
    answer(http, req, res).catch(next);
  };
  return Router()
    .get('/payments/:reference', handle)
    .post('/payments/:reference', urlencoded({ extended: false, limit: '1kb' }), handle);
};
