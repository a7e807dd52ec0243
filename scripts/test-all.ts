/**
 * `npm test`: runs everything that CI checks. Provides Redis and Chromium if possible, builds, runs the
 * static checks and every test, checks that the tests executed every procedure, names the slowest test files, and ends with one line of
 * counts.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { keepTestDurations, readTestDurations, slowestLines, stepLines } from './durations.ts';
import { proceduresNotExecuted, recordSetting } from './executed-procedures.ts';
import { env, finish, provideChromium, provideRedis, run, runTogether, say, stepDurations, type Step } from './test-tools.ts';

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly numFailedTestSuites: number;
}

await provideRedis();
provideChromium();
const checks: readonly Step[] = [
  ['types', 'pnpm', ['--silent', 'run', 'typecheck']],
  ['lint', 'pnpm', ['--silent', 'run', 'lint:oxlint']],
  ['language', 'pnpm', ['--silent', 'run', 'lint:language']],
  ['layers', 'pnpm', ['--silent', 'run', 'lint:layers']],
  ['dead code', 'pnpm', ['--silent', 'run', 'lint:dead']],
  ['format', 'pnpm', ['--silent', 'run', 'format:check']],
];
let passed = (await run('build', 'turbo', ['run', 'build', '--output-logs=errors-only'])) ? 1 : 0;
// Most of them use one core only.
passed += await runTogether(checks);
const reportDir = mkdtempSync(path.join(tmpdir(), 'cartwright-report-'));
const reportFile = path.join(reportDir, 'report.json');
const proceduresFile = path.join(reportDir, 'procedures.txt');
writeFileSync(proceduresFile, '');
env[recordSetting] = proceduresFile;
const previous = readTestDurations();
keepTestDurations({});
const reporters = [
  '--reporter=default',
  '--reporter=./scripts/durations.reporter.ts',
  '--reporter=json',
  `--outputFile.json=${reportFile}`,
];
const ok = await run('tests', 'vitest', ['run', ...reporters]);
const nothing: Report = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, numFailedTestSuites: 0 };
const report = existsSync(reportFile) ? (JSON.parse(readFileSync(reportFile, 'utf8')) as Report) : nothing;
const notExecuted = proceduresNotExecuted(readFileSync(proceduresFile, 'utf8'));
rmSync(reportDir, { recursive: true, force: true });

say(['\nSteps', ...stepLines(stepDurations), '\nSlowest test files', ...slowestLines(readTestDurations(), previous)].join('\n'));

if (notExecuted.length > 0) say(`\nFAILED procedures that no test called through the API with success: ${notExecuted.join(', ')}`);
else passed += 1;

// Besides the tests and the checks, the build and the executed procedures count once each. A test file that fails before its first test,
// and a run that ends without a report, count as failures too.
const failed =
  checks.length + 2 - passed + report.numFailedTests + (ok || report.numFailedTests > 0 ? 0 : Math.max(1, report.numFailedTestSuites));
const skipped = report.numPendingTests + report.numTodoTests;
finish(passed + report.numPassedTests, failed, skipped);
