/** The worker, for tests and for hosts that bring their own process. */
export { startWorker, type ShopWorker, type WorkerOptions } from './worker.ts';
