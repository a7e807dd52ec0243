export { decideReturn } from './decide-return.ts';
export { expectUnitsBack } from './expect-units-back.ts';
export { receiveReturn } from './receive-return.ts';
export { requestReturn } from './request-return.ts';
export { findReturnInTransit, listReturns } from './return.queries.ts';
export { writeOffOverdueReturns, writeOffReturn } from './write-off-returns.ts';
