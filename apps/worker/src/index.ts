/** The worker, for tests and for programs that run it in their own process. */
export { startWorker, type ShopWorker, type WorkerOptions } from './worker.ts';
