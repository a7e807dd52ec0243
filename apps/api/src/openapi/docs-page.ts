/** The reference page at `/docs`: Scalar, served by this process without requests to other servers. */
import { createRequire } from 'node:module';
import path from 'node:path';
import { restPrefix } from '@cartwright/contracts';
import express, { Router } from 'express';
import { iconLink } from '../http/icon.ts';

/** Disables everything that contacts other servers; the content security policy (`pageHeaders`) blocks it as well. */
const configuration = {
  withDefaultFonts: false,
  telemetry: false,
  showDeveloperTools: 'never',
  hideClientButton: true,
  proxyUrl: '',
  externalUrls: { dashboardUrl: '', registryUrl: '', proxyUrl: '', apiBaseUrl: '' },
  agent: { disabled: true },
  mcp: { disabled: true },
};

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Cartwright shop API</title>
${iconLink}
</head>
<body>
<script id="api-reference" data-url="${restPrefix}/openapi.json" data-configuration='${JSON.stringify(configuration)}'></script>
<script src="/docs/standalone.js"></script>
</body>
</html>`;

/** The page and its script. */
export const docsRouter = (): Router => {
  const dist = path.dirname(createRequire(import.meta.url).resolve('@scalar/api-reference'));
  const router = Router();
  router.get('/', (_req, res) => {
    res.type('html').send(page);
  });
  router.get('/standalone.js', express.static(path.join(dist, 'browser'), { maxAge: '1d', index: false }));
  return router;
};
