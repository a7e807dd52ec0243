/** CSV files: sent while they are read, so that their size costs neither memory nor waiting. */
import { parse as parseQuery } from 'node:querystring';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { csvFiles, headers, type QueryContract } from '@cartwright/contracts';
import { exportProducts } from '@cartwright/core/catalog';
import { DomainError, type Actor, type Core } from '@cartwright/core/kernel';
import { exportOrders } from '@cartwright/core/orders';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import { coerceQuery } from '../rest/routes.ts';
import { readCall } from '../trpc/procedure.ts';
import { ofData, sendProblem } from './answer.ts';
import { RequestContext, requestIdOf, type Edge } from './context.ts';

interface CsvExport {
  readonly path: string;
  readonly fileName: string;
  read(ctx: RequestContext, search: string): Promise<AsyncGenerator<string, void, undefined>>;
}

const csvExport = <I extends z.ZodType>(
  entry: QueryContract<I>,
  fileName: string,
  run: (core: Core, actor: Actor, filters: z.output<I>) => AsyncGenerator<string, void, undefined>,
): CsvExport => ({
  path: entry.rest.path,
  fileName,
  read: async (ctx, search) => {
    const filters = await readCall(entry, ctx, () => Promise.resolve(coerceQuery(entry, parseQuery(search))));
    return ctx.edge.openAnswers.guard({ actor: ctx.actor, access: entry.access }, undefined, () => run(ctx.core, ctx.actor, filters));
  },
});

const exportsByPath = new Map(
  [csvExport(csvFiles.orders, 'orders.csv', exportOrders), csvExport(csvFiles.products, 'products.csv', exportProducts)].map((file) => [
    file.path,
    file,
  ]),
);

const send = async (edge: Edge, req: Request, res: Response, { fileName, read }: CsvExport): Promise<void> => {
  if (req.method !== 'GET') {
    res.setHeader('allow', 'GET');
    throw new DomainError('METHOD_NOT_ALLOWED', 'This address takes GET.');
  }
  const [, search = ''] = req.url.split('?');
  const rows = await read(new RequestContext(edge, req, res), search);
  // The first piece before the headers: what goes wrong until then is told as a problem, not as half a file.
  const first = await rows.next();
  res.writeHead(200, {
    ...ofData,
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': `attachment; filename="${fileName}"`,
    [headers.requestId]: requestIdOf(res),
    ...(edge.draining && { connection: 'close' }),
  });
  const text = async function* () {
    if (!first.done) yield first.value;
    yield* rows;
  };
  await pipeline(Readable.from(text()), res);
};

/** Answers the handler of a CSV file by its path below the REST prefix; null for any other path. */
export const csvExportHandler =
  (edge: Edge) =>
  (path: string): ((req: Request, res: Response) => void) | null => {
    const file = exportsByPath.get(path);
    if (!file) return null;
    return (req, res) => {
      send(edge, req, res, file).catch((error: unknown) => {
        // Somebody who closed the download is nobody's problem.
        if (!(error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE')) sendProblem(edge, req, res, error);
      });
    };
  };
