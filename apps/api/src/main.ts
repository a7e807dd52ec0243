/** The API process. */
import { announceSetup } from '@cartwright/core/accounts';
import { closeCore, createCore, openGate } from '@cartwright/core/composition';
import { ConfigError, SecretMismatch, withinTime } from '@cartwright/core/kernel';
import { createServer } from './server.ts';
import { loadSettings } from './settings.ts';

/** Exit code for a wrong setting. Service managers are configured not to restart after this code. */
const wrongSettings = 78;
const refuse = (error: unknown): never => {
  if (!(error instanceof ConfigError || error instanceof SecretMismatch)) throw error;
  console.error(error.message);
  process.exit(wrongSettings);
};
const readSettings = (): ReturnType<typeof loadSettings> => {
  try {
    return loadSettings();
  } catch (error) {
    return refuse(error);
  }
};

const { config, http } = readSettings();
const core = await createCore(config, { applicationName: 'cartwright-api' });
const gate = await openGate(core, { migrate: http.migrateOnStart ?? false }).catch(refuse);
const server = createServer(core, http, gate);
const url = await server.listen().catch((error: NodeJS.ErrnoException) => {
  console.error(error.code === 'EADDRINUSE' ? `Port ${http.port} is in use. Set PORT to another port.` : error.message);
  process.exit(1);
});
core.log.info({ url }, 'the API is listening');
gate.opened
  .catch(refuse)
  .then(() => announceSetup(core))
  .catch((error: unknown) => core.log.error({ err: error }, 'could not check whether the shop has an administrator'));

/** Longest wait for PostgreSQL at shutdown, so that an unresponsive database does not block the exit. */
const closeMs = 5_000;
let closing = false;
const shutDown = async (signal: string): Promise<void> => {
  if (closing) return;
  closing = true;
  core.log.info({ signal }, 'shutting down: finishing running requests');
  gate.close();
  await server.close();
  await withinTime(closeCore(core), closeMs, () => core.log.warn('PostgreSQL does not respond; its connections were not closed'));
};
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.on(signal, () => {
    shutDown(signal).then(
      () => process.exit(0),
      (error: unknown) => {
        core.log.fatal({ err: error }, 'the shutdown failed');
        process.exit(1);
      },
    );
  });
