/** The admin app, as the build left it. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import express, { Router } from 'express';

const built = path.resolve(import.meta.dirname, '../../../admin/dist');

/** Assets for ever, because their names carry a hash; the page never, and at every other path, which is the page's own. Null when it is not built. */
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
