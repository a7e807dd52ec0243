/** Downloads CSV files of the shop as streams. */
import type { CsvFile, csvFiles, Problem } from '@cartwright/contracts';
import type { z } from 'zod';
import { aborted, CartwrightError, refusal } from './errors.ts';
import { restPrefix } from './procedures.gen.ts';
import { hasFreshToken, headersOf, type Client } from './run-call.ts';
import { readFailure, readRetryAfter } from './transport.ts';

/** Address of each file. A test compares it with the contract, which is not part of the client at run time. */
export const csvPaths: Readonly<Record<CsvFile, string>> = {
  orders: '/orders/export.csv',
  products: '/products/export.csv',
  failedRows: '/imports/products/{id}/failed.csv',
};

/** Filters of a file: those of its list, or the id of the import whose failed rows it has. */
export type DownloadFilters<F extends CsvFile> = z.input<(typeof csvFiles)[F]['input']>;

/** Downloads a file as a stream. Throws `CartwrightError`. */
export interface Download {
  <F extends CsvFile>(
    file: F,
    filters?: DownloadFilters<F>,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<ReadableStream<Uint8Array>>;
}

/** The address of a file: ids are in its path, filters behind it. */
const addressOf = (file: CsvFile, filters: Readonly<Record<string, unknown>>): string => {
  let path = csvPaths[file];
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(filters)) {
    if (value === undefined) continue;
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    if (path.includes(`{${name}}`)) path = path.replace(`{${name}}`, encodeURIComponent(text));
    else search.append(name, text);
  }
  return search.size === 0 ? path : `${path}?${search.toString()}`;
};

/** REST sends problem+json; any other error response is not from the shop. */
const failureOf = (response: Response, text: string, baseUrl: string): CartwrightError => {
  const ofShop = response.headers.get('content-type')?.startsWith('application/problem+json');
  if (!ofShop) return readFailure(response, text, baseUrl);
  return refusal(JSON.parse(text) as Problem, { retryAfterSeconds: readRetryAfter(response) });
};

const request = async ({ settings }: Client, path: string, headers: Record<string, string>, signal: AbortSignal | undefined) => {
  try {
    return await settings.fetch(`${settings.baseUrl}${restPrefix}${path}`, { headers, ...(signal && { signal }) });
  } catch (cause) {
    if (signal?.aborted) throw aborted(signal);
    throw new CartwrightError({
      code: 'UNREACHABLE',
      message: `The shop could not be reached at ${settings.baseUrl}. Check the address and that the shop is running.`,
      status: 0,
      retry: 'safe',
      cause,
    });
  }
};

/** Refreshes an expired access token once. The timeout of calls does not apply, because large files take longer. */
export const createDownload =
  (client: Client): Download =>
  async (file, filters, { signal } = {}) => {
    const path = addressOf(file, filters ?? {});
    for (let attempt = 0; ; attempt += 1) {
      const headers = await headersOf(client);
      const response = await request(client, path, headers, signal);
      if (response.ok && response.body) return response.body;
      const failure = failureOf(response, await response.text(), client.settings.baseUrl);
      if (attempt > 0 || !(await hasFreshToken(client, headers, failure))) throw failure;
    }
  };
