/** `GET /api/v1/orders/export.csv`: sent while it is read, so that its size costs neither memory nor waiting. */
import { parse as parseQuery } from 'node:querystring';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { headers, orderExport } from '@cartwright/contracts';
import { DomainError } from '@cartwright/core/kernel';
import { exportOrders } from '@cartwright/core/orders';
import type { Request, Response } from 'express';
import { coerceQuery } from '../rest/routes.ts';
import { readCall } from '../trpc/procedure.ts';
import { ofData, sendProblem } from './answer.ts';
import { RequestContext, requestIdOf, type Edge } from './context.ts';

const send = async (edge: Edge, req: Request, res: Response): Promise<void> => {
  if (req.method !== 'GET') {
    res.setHeader('allow', 'GET');
    throw new DomainError('METHOD_NOT_ALLOWED', 'This address takes GET.');
  }
  const ctx = new RequestContext(edge, req, res);
  const [, search = ''] = req.url.split('?');
  const filters = await readCall(orderExport, ctx, () => Promise.resolve(Object.fromEntries(coerceQuery(orderExport, parseQuery(search)))));
  const rows = exportOrders(ctx.core, ctx.actor, filters);
  // The first piece before the headers: what goes wrong until then is told as a problem, not as half a file.
  const first = await rows.next();
  res.writeHead(200, {
    ...ofData,
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': 'attachment; filename="orders.csv"',
    [headers.requestId]: requestIdOf(res),
    ...(edge.draining && { connection: 'close' }),
  });
  const text = async function* () {
    if (!first.done) yield first.value;
    yield* rows;
  };
  await pipeline(Readable.from(text()), res);
};

export const orderExportHandler =
  (edge: Edge) =>
  (req: Request, res: Response): void => {
    send(edge, req, res).catch((error: unknown) => {
      // Somebody who closed the download is nobody's problem.
      if (!(error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE')) sendProblem(edge, req, res, error);
    });
  };
