/** A `fetch` that records calls and can fail them. */
import { CartwrightError } from '../src/index.ts';

/** Throws to simulate a connection that breaks after the shop has answered, or returns a response that replaces the shop's. */
export type Interfere = (path: string, count: number) => Response | undefined;

export interface RecordingFetch {
  readonly fetch: typeof fetch;
  /** Procedures that were called, in order. */
  readonly sent: readonly string[];
  countOf(path: string): number;
}

/** Forwards every request; a test can replace or fail the response. `count` is 1 for the first call of a procedure. */
export const recordingFetch = (interfere: Interfere = () => undefined): RecordingFetch => {
  const sent: string[] = [];
  const countOf = (path: string): number => sent.filter((one) => one === path).length;
  return {
    sent,
    countOf,
    fetch: async (input, init) => {
      const url = input instanceof Request ? input.url : input.toString();
      const path = /\/trpc\/([^?]+)/.exec(url)?.[1] ?? '';
      sent.push(path);
      const response = await fetch(input, init);
      return interfere(path, countOf(path)) ?? response;
    },
  };
};

/** The error of a call. Throws if the call succeeds or fails with another kind of error. */
export const errorOf = async (call: Promise<unknown>): Promise<CartwrightError> => {
  const error: unknown = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof CartwrightError)) throw new Error('The call did not end in a CartwrightError', { cause: error });
  return error;
};
