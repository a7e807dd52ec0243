/** Compares the procedures that the API executed during the tests with those of the contract. */
import { contract } from '../packages/contracts/src/index.ts';

/** The setting that makes the tests record them: the path of a file. `packages/testing/src/setup/record-procedures.ts` writes it. */
export const recordSetting = 'EXECUTED_PROCEDURES_FILE';

export const procedureNames: readonly string[] = Object.entries(contract).flatMap(([domain, procedures]) =>
  Object.keys(procedures).map((name) => `${domain}.${name}`),
);

/**
 * The procedures of the contract that no test executed with success through the API.
 * @param recorded - the text of the recorded file, with one name in a line
 */
export const proceduresNotExecuted = (recorded: string): string[] => {
  const executed = new Set(recorded.split('\n'));
  return procedureNames.filter((name) => !executed.has(name));
};
