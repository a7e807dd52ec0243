/** Receives events of payment providers as raw bytes, because the signature covers the raw bytes. */
import { handleGatewayWebhook } from '@cartwright/core/payments';
import type { Request, Response } from 'express';
import { sendJson, sendProblem } from './answer.ts';
import { readBody } from './body.ts';
import type { HttpLayer } from './context.ts';

const receive = async (http: HttpLayer, provider: string, req: Request, res: Response): Promise<void> => {
  const rawBody = (await readBody(req, res)) ?? Buffer.alloc(0);
  const headers = Object.fromEntries(
    Object.entries(req.headers).map(([name, value]) => [name, typeof value === 'string' ? value : undefined]),
  );
  const outcome = await handleGatewayWebhook(http.core, provider, { rawBody, headers });
  sendJson(http, res, 200, JSON.stringify({ received: true, outcome }));
};

/** Handles `POST /webhooks/:provider`. A failure returns an error status, so that the provider sends the event again. */
export const webhookHandler =
  (http: HttpLayer) =>
  (req: Request<{ provider: string }>, res: Response): void => {
    receive(http, req.params.provider, req, res).catch((error: unknown) => sendProblem(http, req, res, error, 'webhooks'));
  };
