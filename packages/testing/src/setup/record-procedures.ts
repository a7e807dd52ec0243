/**
 * Set-up file of each test file, and of each process that tests start: writes the name of each procedure that the API executes with success
 * to the file that `EXECUTED_PROCEDURES_FILE` names, one in a line. `npm test` sets it, and fails if a procedure of the contract is
 * missing.
 */
import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync } from 'node:fs';

const file = process.env['EXECUTED_PROCEDURES_FILE'];
const installed = Symbol.for('cartwright.record-procedures');
const state = globalThis as { [installed]?: true };

if (file && !state[installed]) {
  state[installed] = true;
  const written = new Set<string>();
  subscribe('cartwright.procedure', (message) => {
    const { procedure, outcome } = message as { procedure: string; outcome: string };
    if (outcome !== 'OK' || written.has(procedure)) return;
    written.add(procedure);
    // At once, because a test may end its process. Lines of several processes do not mix: each is one short write at the end of the file.
    appendFileSync(file, `${procedure}\n`);
  });
}
