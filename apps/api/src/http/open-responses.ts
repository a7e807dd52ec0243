/** Ends open responses, such as live feeds and large files, when their caller loses access. */
import { scopesOfAccess, type ProcedureContract } from '@cartwright/contracts';
import { checkOpenResponses, type OpenResponse } from '@cartwright/core/accounts';
import type { Actor, Core, DomainError } from '@cartwright/core/kernel';

/** Default interval of the session check. An open response ends at most one interval after its session. */
export const defaultCheckMs = 10_000;

interface Watched extends OpenResponse {
  readonly end: (refusal: DomainError) => void;
}

/** The open responses of this process. */
export interface OpenResponses {
  /**
   * Opens a response and yields its items while the caller has access; then throws the error that a new call would get. The signal
   * passed to `open` aborts with the caller's own signal or when access ends.
   */
  guard<T>(
    caller: { readonly actor: Actor; readonly access: ProcedureContract['access'] },
    signal: AbortSignal | undefined,
    open: (signal: AbortSignal) => Promise<AsyncIterable<T>> | AsyncIterable<T>,
  ): Promise<AsyncGenerator<T, void, undefined>>;
}

/** Checks the sessions of all open responses of this process in one statement, repeatedly while there are any. */
export const createOpenResponses = (core: Core, everyMs: number): OpenResponses => {
  const watched = new Set<Watched>();
  let timer: NodeJS.Timeout | undefined;
  const check = async (): Promise<void> => {
    const all = [...watched];
    const refusals = await checkOpenResponses(core, all);
    for (const [i, one] of all.entries()) {
      const refusal = refusals[i];
      if (refusal) one.end(refusal);
    }
  };
  const tick = (): void => {
    check()
      // The database is unavailable, so no feed sends anything new meanwhile.
      .catch((error: unknown) =>
        core.log.warn({ err: error }, 'the sessions of open responses could not be checked; they will be checked again'),
      )
      .finally(plan);
  };
  const plan = (): void => {
    timer = watched.size > 0 ? setTimeout(tick, everyMs).unref() : undefined;
  };
  const watch = (one: Watched): (() => void) => {
    watched.add(one);
    if (!timer) plan();
    return () => watched.delete(one);
  };

  return {
    guard: async ({ actor, access }, signal, open) => {
      const ended = new AbortController();
      const either = signal ? AbortSignal.any([signal, ended.signal]) : ended.signal;
      let refusal: DomainError | null = null;
      const [scope = null] = scopesOfAccess(access);
      const end = (why: DomainError): void => {
        refusal = why;
        ended.abort();
      };
      const items = await open(either);
      return (async function* () {
        // Guests have no session. Their access depends on a ticket or a token, which the feed checks itself.
        const stop = actor.kind === 'user' ? watch({ sessionId: actor.sessionId, scope, end }) : () => undefined;
        try {
          for await (const item of items) {
            if (refusal) throw refusal;
            yield item;
          }
          if (refusal) throw refusal;
        } finally {
          stop();
          ended.abort();
        }
      })();
    },
  };
};
