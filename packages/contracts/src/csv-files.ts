/** What the shop gives away as CSV: sent while it is read, so these are no procedures. One entry makes the address, its OpenAPI and the client's `download`. */
import { productExport } from './imports.contract.ts';
import { orderExport } from './orders.contract.ts';

export const csvFiles = { orders: orderExport, products: productExport } as const;
export type CsvFile = keyof typeof csvFiles;
