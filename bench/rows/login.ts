/** The row `login`: a sign-in, compared with the password hash alone. */
import argon2 from 'argon2';
import { must, mustEqual } from '../checks.ts';
import type { Row } from '../row.ts';
import { password, signIn } from '../stage/seed-shop.ts';
import type { Stage } from '../stage/stage.parts.ts';

const clients = 8;

/** CPU time in ms of a password check alone at the shop's cost, in this process. */
const bareHashMs = async (checks: number): Promise<number> => {
  const stored = await argon2.hash(password, { type: argon2.argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 });
  const before = process.cpuUsage();
  for (let i = 0; i < checks; i += 4) {
    const answers = await Promise.all([1, 2, 3, 4].map(() => argon2.verify(stored, password)));
    must(answers.every(Boolean), 'the right password was refused');
  }
  const { user, system } = process.cpuUsage(before);
  must(!(await argon2.verify(stored, `${password}!`)), 'a wrong password was accepted');
  return (user + system) / 1_000 / checks;
};

const sessions = async (stage: Stage): Promise<number> =>
  (await stage.query<{ n: number }>('select count(*)::int as n from sessions'))[0]?.n ?? Number.NaN;

const prepareLogin: Row['prepare'] = async (stage) => {
  const before = await sessions(stage);
  const checks = stage.options.quick ? 4 : 80;
  const first = await bareHashMs(checks);
  return {
    clients,
    settles: true,
    operation: async (client, serial) => {
      const token = await signIn(client, stage.buyers[serial % stage.buyers.length]?.email ?? '');
      mustEqual(token.split('.').length, 3, 'the number of parts of an access token');
    },
    check: async (done) => {
      mustEqual((await sessions(stage)) - before, done, 'the number of new sessions');
      const refused = await fetch(`${stage.api.url}/api/v1/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email: stage.buyers[0]?.email, password: `${password}!` }),
      });
      mustEqual(refused.status, 401, 'the status of a sign-in with a wrong password');
    },
    finish: async () =>
      `the bare hash takes ${((first + (await bareHashMs(checks))) / 2).toFixed(2)} ms of CPU; goal: 0.92 of it by CPU, then 0.95`,
  };
};

export const login: Row = { name: 'login', what: 'a sign-in with argon2id at the specified cost', prepare: prepareLogin };
