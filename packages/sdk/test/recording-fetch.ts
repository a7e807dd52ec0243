/** A network between client and shop that can be watched and made to fail. */
import { CartwrightError } from '../src/index.ts';

/** May throw, as a connection does that breaks after the shop has answered, or put another answer in place of the shop's. */
export type Meddle = (path: string, count: number) => Response | undefined;

export interface RecordingFetch {
  readonly fetch: typeof fetch;
  /** Procedures that were called, in order. */
  readonly sent: readonly string[];
  countOf(path: string): number;
}

/** Sends everything on, and lets the test meddle with what comes back; `count` is 1 for the first call of a procedure. */
export const recordingFetch = (meddle: Meddle = () => undefined): RecordingFetch => {
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
      return meddle(path, countOf(path)) ?? response;
    },
  };
};

/** The error a call ends in. Throws when it ends well, or in another kind of error. */
export const errorOf = async (call: Promise<unknown>): Promise<CartwrightError> => {
  const error: unknown = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof CartwrightError)) throw new Error('The call did not end in a CartwrightError', { cause: error });
  return error;
};
