import { DomainError } from './domain-error.ts';

/** The error for a change of a version that is not the present one. `what` names the record as the end of a phrase: `this product`. */
export const versionMismatch = <V extends number | string>(what: string, sent: number | string, present: V): DomainError =>
  new DomainError(
    'VERSION_MISMATCH',
    `The request is for version ${sent} of ${what}, but the present version is ${present}. ` +
      'Read it again and repeat the change with its version.',
    { details: { version: present } },
  );
