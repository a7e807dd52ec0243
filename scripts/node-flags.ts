/**
 * How Node runs the API and the worker. V8 sizes its young generation for a large machine, a hundred megabytes of it; a third
 * is as quick and leaves the rest to PostgreSQL. The start scripts of both apps name the same flags.
 */
export const nodeFlags: readonly string[] = ['--max-semi-space-size=16'];
