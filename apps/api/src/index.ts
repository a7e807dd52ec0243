/** The HTTP layer, for tests and for hosts with their own process. */
export { shopRouter, type ShopServerRouter } from './router.ts';
export { createServer, type ShopServer } from './server.ts';
export { loadSettings, type HttpSettings } from './settings.ts';
