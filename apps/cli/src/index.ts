/** The command line, for tests and for hosts that bring their own process. */
export { runCommandLine } from './run-command-line.ts';
export type { Io } from './io.ts';
