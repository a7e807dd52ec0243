import { requireUser, transact, type Actor, type Core } from '../kernel/index.ts';
import { revokeSession } from './sessions.ts';

/** Ends the session of the access token; its refresh token becomes invalid. */
export const signOut = (core: Core, actor: Actor): Promise<{ ok: true }> => {
  const { sessionId } = requireUser(actor);
  return transact(core, async (tx) => {
    await revokeSession(tx, sessionId, 'signed_out');
    return { ok: true };
  });
};
