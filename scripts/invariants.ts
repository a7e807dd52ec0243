/** `pnpm invariants`: checks that the books of the shop at DATABASE_URL add up. Exits with 1 when they do not. */
import { closeCore, createCore } from '@cartwright/core/composition';
import { loadConfig, system } from '@cartwright/core/kernel';
import { checkInvariants } from '@cartwright/core/operations';

const core = await createCore({ ...loadConfig(), logLevel: 'warn' }, { applicationName: 'cartwright-invariants' });
const report = await checkInvariants(core, system('cli'));
await closeCore(core);
for (const { id, title, violations, samples } of report.results) {
  console.log(`${violations === 0 ? 'ok  ' : 'FAIL'} ${id} ${title}${violations > 0 ? `: ${violations}` : ''}`);
  for (const sample of samples) console.log(`       ${JSON.stringify(sample)}`);
}
console.log(report.clean ? 'The books add up.' : 'The books do not add up.');
process.exitCode = report.clean ? 0 : 1;
