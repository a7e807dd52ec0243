/** The sandbox provider's own page, on which a buyer confirms or refuses a charge as with 3-D Secure. Served only where the sandbox takes payments. */
import { decideSandboxCharge, getSandboxCharge, type SandboxCharge } from '@cartwright/core/payments';
import { Router, urlencoded, type NextFunction, type Request, type Response } from 'express';
import type { Edge } from './context.ts';

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (c) => escapes[c] ?? c);

const money = ({ amountCents, currency }: SandboxCharge): string => {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  return format.format(amountCents / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
};

const form = `<form method="post"><button name="decision" value="confirm">Confirm the payment</button>
<button name="decision" value="refuse" class="second">Refuse</button></form>`;

const drawPage = (charge: SandboxCharge): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Sandbox payment</title><style>
body{font:16px/1.5 system-ui,sans-serif;max-width:26rem;margin:10vh auto;padding:0 1rem;color:#1a1b1e;background:#f8f9fa}
main{background:#fff;border:1px solid #dee2e6;border-radius:8px;padding:1.5rem}button{font:inherit;padding:.6rem 1rem;border-radius:6px;border:1px solid #1864ab;background:#1864ab;color:#fff;cursor:pointer;margin-right:.5rem}
.second{background:#fff;color:#1864ab}p.sum{font-size:1.6rem;font-weight:600;margin:.5rem 0}</style></head><body><main>
<h1>Is this you?</h1><p>The sandbox provider asks before it takes play money. No real card is charged.</p>
<p class="sum">${escapeHtml(money(charge))}</p>${charge.status === 'action' ? form : `<p>This payment is ${escapeHtml(charge.status)} already. You can close this page.</p>`}
</main></body></html>`;

/** Browsers apply `form-action` to the redirect after a form as well, so the way back is named beside the page itself. */
const pageHeaders = (charge: SandboxCharge): Record<string, string> => ({
  'content-security-policy': `default-src 'none'; style-src 'unsafe-inline'; form-action 'self'${charge.returnUrl ? ` ${new URL(charge.returnUrl).origin}` : ''}; frame-ancestors 'none'; base-uri 'none'`,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
});

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
    res.set(pageHeaders(charge)).redirect(303, wayBack(edge, charge));
    return;
  }
  const charge = await getSandboxCharge(edge.core, reference);
  res.set(pageHeaders(charge)).type('html').send(drawPage(charge));
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
