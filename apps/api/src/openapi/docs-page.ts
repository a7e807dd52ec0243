/** The reference page at `/docs`: Scalar, served from this process, without a request to anywhere else. */
import { createRequire } from 'node:module';
import path from 'node:path';
import express, { Router } from 'express';

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Cartwright shop API</title>
<link rel="icon" href="data:,">
</head>
<body>
<script id="api-reference" data-url="/api/v1/openapi.json" data-configuration='{"withDefaultFonts":false,"telemetry":false,"hideClientButton":true,"agent":{"disabled":true}}'></script>
<script src="/docs/standalone.js"></script>
</body>
</html>`;

export const docsRouter = (): Router => {
  const dist = path.dirname(createRequire(import.meta.url).resolve('@scalar/api-reference'));
  const router = Router();
  router.get('/', (_req, res) => {
    res.type('html').send(page);
  });
  router.get('/standalone.js', express.static(path.join(dist, 'browser'), { maxAge: '1d', index: false }));
  return router;
};
