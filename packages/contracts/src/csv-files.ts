/** CSV exports. They are streamed, so they are not procedures. Each entry defines the address, its OpenAPI operation and the client's `download`. */
import { productExport } from './imports.contract.ts';
import { orderExport } from './orders.contract.ts';

export const csvFiles = { orders: orderExport, products: productExport } as const;
export type CsvFile = keyof typeof csvFiles;
