/** Answers that stay open, such as live feeds and large files: each ends when its caller may no longer have it. */
import type { ProcedureContract } from '@cartwright/contracts';
import { checkOpenAnswers, type OpenAnswer } from '@cartwright/core/accounts';
import type { Actor, Core, DomainError } from '@cartwright/core/kernel';

/** How often sessions are looked at unless told otherwise. An answer ends one such pause after the session, at the latest. */
export const defaultCheckMs = 10_000;

interface Watched extends OpenAnswer {
  readonly end: (refusal: DomainError) => void;
}

export interface OpenAnswers {
  /**
   * Opens an answer, and yields what it yields for as long as the caller may have it; then throws the refusal that a new call would get. The
   * signal that `open` is given ends with the caller's own, or with the right to the answer.
   */
  guard<T>(
    caller: { readonly actor: Actor; readonly access: ProcedureContract['access'] },
    signal: AbortSignal | undefined,
    open: (signal: AbortSignal) => Promise<AsyncIterable<T>> | AsyncIterable<T>,
  ): Promise<AsyncGenerator<T, void, undefined>>;
}

/** Looks at the sessions of all open answers of this process in one statement, again and again while there are any. */
export const createOpenAnswers = (core: Core, everyMs: number): OpenAnswers => {
  const watched = new Set<Watched>();
  let timer: NodeJS.Timeout | undefined;
  const check = async (): Promise<void> => {
    const all = [...watched];
    const refusals = await checkOpenAnswers(core, all);
    for (const [i, one] of all.entries()) {
      const refusal = refusals[i];
      if (refusal) one.end(refusal);
    }
  };
  const tick = (): void => {
    check()
      // The database is away: no feed shows anything new meanwhile.
      .catch((error: unknown) => core.log.warn({ err: error }, 'the sessions of open answers could not be checked; they are checked again'))
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
      const scope = typeof access === 'object' ? access.scope : null;
      const end = (why: DomainError): void => {
        refusal = why;
        ended.abort();
      };
      const items = await open(either);
      return (async function* () {
        // Guests hold no session: what they may see follows from a ticket or a token, which the answer itself looks at.
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
