/** The API as it is, with the settings of a first start. The rate limiter counts as ever; its limits are out of the way. */
import { createServer } from '@cartwright/api';
import { closeCore, createCore } from '@cartwright/core/composition';
import { loadConfig } from '@cartwright/core/kernel';

const core = await createCore({
  ...loadConfig({ ...process.env, CARTWRIGHT_SECRET: 'bench-only-secret-0123456789-abcdefghij', LOG_LEVEL: 'warn' }),
});
const server = createServer(core, {
  host: '127.0.0.1',
  port: 0,
  corsOrigins: [],
  trustProxy: 0,
  metricsToken: null,
  rateLimitFactor: 1_000_000,
});
console.log(await server.listen());
process.on('SIGTERM', () => {
  void server
    .close()
    .then(() => closeCore(core))
    .then(() => process.exit(0));
});
