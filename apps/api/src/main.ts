/** The API process. */
import { closeCore, createCore } from '@cartwright/core/composition';
import { ConfigError } from '@cartwright/core/kernel';
import { createServer } from './server.ts';
import { loadSettings } from './settings.ts';

const readSettings = (): ReturnType<typeof loadSettings> => {
  try {
    return loadSettings();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exit(78);
  }
};

const { config, http } = readSettings();
const core = await createCore(config, { applicationName: 'cartwright-api' });
const server = createServer(core, http);
const url = await server.listen().catch((error: NodeJS.ErrnoException) => {
  console.error(error.code === 'EADDRINUSE' ? `Port ${http.port} is taken. Set PORT to another one.` : error.message);
  process.exit(1);
});
core.log.info({ url }, 'the API is listening');

let closing = false;
const shutDown = async (signal: string): Promise<void> => {
  if (closing) return;
  closing = true;
  core.log.info({ signal }, 'shutting down: finishing what has begun');
  await server.close();
  await closeCore(core);
};
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.on(signal, () => {
    shutDown(signal).catch((error: unknown) => {
      core.log.fatal({ err: error }, 'the shutdown failed');
      process.exit(1);
    });
  });
