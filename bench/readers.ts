/**
 * Shoppers who walk through the list of products, as a process of their own, so that the load that is made beside them does not
 * lengthen what they measure. `node bench/readers.ts <url> <seconds>` prints their latencies in ms.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { quantile, repeat } from './load.ts';

const [url = '', seconds = ''] = process.argv.slice(2);
const shoppers = 32;
/** A page every fifth of a second each: a busy shop, and far from all that it could serve. */
const thinkMs = (): number => 100 + Math.random() * 200;

const latencies: number[] = [];
const { errors, firstError } = await repeat(url, { clients: shoppers, seconds: Number(seconds) }, async (call) => {
  await pause(thinkMs());
  const start = performance.now();
  await call({ method: 'GET', path: `/api/v1/products?page=${1 + Math.floor(Math.random() * 50)}` });
  latencies.push(performance.now() - start);
});
if (errors > 0) throw new Error(`${errors} lists failed, the first: ${firstError}`);
console.log(JSON.stringify({ n: latencies.length, p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) }));
