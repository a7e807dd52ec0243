/** Serves the built admin app. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import express, { Router } from 'express';

const built = path.resolve(import.meta.dirname, '../../../admin/dist');

/**
 * Caches assets for ever, because their names contain a hash, and never caches the page, which answers every other path. Null if the app is
 * not built.
 */
export const adminApp = (folder = built): Router | null => {
  const page = path.join(folder, 'index.html');
  if (!existsSync(page)) return null;
  const router = Router();
  router.use('/assets', express.static(path.join(folder, 'assets'), { index: false, fallthrough: false, immutable: true, maxAge: '1y' }));
  router.use(express.static(folder, { index: false, setHeaders: (res) => res.setHeader('cache-control', 'no-cache') }));
  router.get('/{*path}', (_req, res) => {
    res.sendFile(page, { cacheControl: false, headers: { 'cache-control': 'no-cache' } });
  });
  return router;
};
