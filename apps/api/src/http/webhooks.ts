/** Events of payment providers: the bytes as they came, because that is what was signed. */
import { handleGatewayWebhook } from '@cartwright/core/payments';
import type { Request, Response } from 'express';
import { sendJson, sendProblem } from './answer.ts';
import { readBody } from './body.ts';
import type { Edge } from './context.ts';

const receive = async (edge: Edge, provider: string, req: Request, res: Response): Promise<void> => {
  const rawBody = (await readBody(req, res)) ?? Buffer.alloc(0);
  const headers = Object.fromEntries(
    Object.entries(req.headers).map(([name, value]) => [name, typeof value === 'string' ? value : undefined]),
  );
  const outcome = await handleGatewayWebhook(edge.core, provider, { rawBody, headers });
  sendJson(edge, res, 200, JSON.stringify({ received: true, outcome }));
};

/** Takes `POST /webhooks/:provider`. A failure is told with its status, so that the provider sends again. */
export const webhookHandler =
  (edge: Edge) =>
  (req: Request<{ provider: string }>, res: Response): void => {
    receive(edge, req.params.provider, req, res).catch((error: unknown) => sendProblem(edge, req, res, error, 'webhooks'));
  };
