/** The reference program: Express with one route that returns a small JSON. */
import express from 'express';

const app = express().disable('etag').disable('x-powered-by');
app.get('/', (_req, res) => {
  res.json({ result: { data: { pong: true } } });
});
const server = app.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(`http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/`);
});
process.on('SIGTERM', () => process.exit(0));
