/**
 * Node flags of the API and the worker. V8's default for the young generation is about a hundred megabytes; a third of it is as fast
 * and leaves more memory to PostgreSQL. The start scripts of both apps use the same flags.
 */
export const nodeFlags: readonly string[] = ['--max-semi-space-size=16'];
