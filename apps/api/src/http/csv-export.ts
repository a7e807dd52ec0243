/** Streams CSV files while it reads them, so that large files need no memory and start at once. */
import { parse as parseQuery } from 'node:querystring';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { csvFiles, headers, restPrefix, type QueryContract } from '@cartwright/contracts';
import { exportProducts, exportFailedRows } from '@cartwright/core/imports';
import { DomainError, type Actor, type Core } from '@cartwright/core/kernel';
import { exportOrders } from '@cartwright/core/orders';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import { coerceQuery } from '../rest/routes.ts';
import { readCall } from '../trpc/procedure.ts';
import { ofData, sendProblem } from './answer.ts';
import { RequestContext, requestIdOf, type HttpLayer } from './context.ts';

interface CsvExport {
  /** Matches its path, with a group for each parameter. */
  readonly path: RegExp;
  readonly fileName: string;
  read(
    ctx: RequestContext,
    input: Readonly<Record<string, string | string[] | undefined>>,
  ): Promise<AsyncGenerator<string, void, undefined>>;
}

const csvExport = <I extends z.ZodType>(
  entry: QueryContract<I>,
  fileName: string,
  run: (core: Core, actor: Actor, filters: z.output<I>) => AsyncGenerator<string, void, undefined>,
): CsvExport => ({
  path: new RegExp(`^${entry.rest.path.replaceAll('.', String.raw`\.`).replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
  fileName,
  read: async (ctx, input) => {
    const filters = await readCall(entry, ctx, () => Promise.resolve(coerceQuery(entry, input)));
    return ctx.http.openResponses.guard({ actor: ctx.actor, access: entry.access }, undefined, () => run(ctx.core, ctx.actor, filters));
  },
});

const csvExports = [
  csvExport(csvFiles.orders, 'orders.csv', exportOrders),
  csvExport(csvFiles.products, 'products.csv', exportProducts),
  csvExport(csvFiles.failedRows, 'failed-rows.csv', exportFailedRows),
];

const send = async (http: HttpLayer, req: Request, res: Response, { path, fileName, read }: CsvExport): Promise<void> => {
  if (req.method !== 'GET') {
    res.setHeader('allow', 'GET');
    throw new DomainError('METHOD_NOT_ALLOWED', 'Use GET for this address.');
  }
  const [address = '', search = ''] = req.url.split('?');
  const params = path.exec(address.slice(restPrefix.length))?.groups;
  const rows = await read(new RequestContext(http, req, res), { ...parseQuery(search), ...params });
  // Reads the first rows before the headers, so that a failure until then is sent as a problem and not as half a file.
  const first = await rows.next();
  res.writeHead(200, {
    ...ofData,
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': `attachment; filename="${fileName}"`,
    [headers.requestId]: requestIdOf(res),
    ...(http.draining && { connection: 'close' }),
  });
  const text = async function* () {
    // Spreadsheet programs read a file without this mark in the encoding of their system.
    yield '\uFEFF';
    if (!first.done) yield first.value;
    yield* rows;
  };
  await pipeline(Readable.from(text()), res);
};

/** Returns the handler of a CSV file by its path below the REST prefix; null for any other path. */
export const csvExportHandler =
  (http: HttpLayer) =>
  (path: string): ((req: Request, res: Response) => void) | null => {
    const file = csvExports.find((one) => one.path.test(path));
    if (!file) return null;
    return (req, res) => {
      send(http, req, res, file).catch((error: unknown) => {
        // A caller who cancels the download is not an error.
        if (!(error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE')) sendProblem(http, req, res, error);
      });
    };
  };
