/** The command line, for tests and for programs that run it in their own process. */
export { runCommandLine } from './run-command-line.ts';
export type { Io } from './io.ts';
