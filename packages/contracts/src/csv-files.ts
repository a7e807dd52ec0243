/**
 * CSV exports. They are streamed, so they are not procedures. Each entry defines the address, its OpenAPI operation and the client's
 * `download`.
 */
import { productExport, failedRowsExport } from './imports.contract.ts';
import { orderExport } from './orders.contract.ts';

export const csvFiles = { orders: orderExport, products: productExport, failedRows: failedRowsExport } as const;
export type CsvFile = keyof typeof csvFiles;

/** The operation of each file: its domain and its name there. */
export const csvOperations = {
  orders: 'orders.exportCsv',
  products: 'products.exportCsv',
  failedRows: 'imports.exportFailedRows',
} as const satisfies Record<CsvFile, string>;
