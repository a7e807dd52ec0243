export { closeOpenReturns } from './close-open-returns.ts';
export { decideReturn } from './decide-return.ts';
export { receiveReturn } from './receive-return.ts';
export { requestReturn } from './request-return.ts';
export { listReturns } from './return.queries.ts';
