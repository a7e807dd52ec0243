import type { Core } from './core.ts';
import type { KeyedCall } from './keyed-call.ts';

/** The core of one call under a key: the same core, whose `call` is this one. */
export const withCall = (core: Core, call: KeyedCall): Core => Object.create(core, { call: { value: call, enumerable: true } }) as Core;

/** The core without a call, which all calls share. */
export const withoutCall = (core: Core): Core => (core.call === null ? core : withoutCall(Object.getPrototypeOf(core) as Core));
