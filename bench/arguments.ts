/** Parses the command line. */
import path from 'node:path';
import { ownRoot } from './machine/programs.ts';
import type { Row } from './row.ts';
import { rows } from './rows/index.ts';
import type { StageOptions } from './stage/stage.parts.ts';

export interface Arguments {
  readonly rows: readonly Row[];
  readonly options: StageOptions;
  readonly write: boolean;
  /** Path without extension of the files for the results; null without `--record`. */
  readonly record: string | null;
  readonly plans: boolean;
}
/** The command line names an unknown row, option or value. */
export class BadArguments extends Error {}

const numbers = (text: string): number[] =>
  text.split(',').map((part) => {
    const value = Number(part);
    if (!Number.isInteger(value) || value < 1) throw new BadArguments(`${text} is not a list of whole numbers such as 10000,100000.`);
    return value;
  });

/** Reads the names of rows, and options that begin with `--`. Throws `BadArguments`. */
export const readArguments = (argv: readonly string[]): Arguments => {
  const given = new Map<string, string>();
  const names: string[] = [];
  for (let i = 0; i < argv.length; i += 1) {
    const argument = argv[i] ?? '';
    if (!argument.startsWith('--')) names.push(argument);
    else if (['--shop', '--record', '--products', '--orders'].includes(argument)) given.set(argument, argv[(i += 1)] ?? '');
    else if (['--quick', '--write', '--redis'].includes(argument)) given.set(argument, 'yes');
    else
      throw new BadArguments(
        `Unknown option ${argument}. Options are --quick, --write, --redis, --record, --shop, --products and --orders.`,
      );
  }
  const unknown = names.filter((name) => name !== 'plans' && !rows.some((row) => row.name === name));
  if (unknown.length > 0)
    throw new BadArguments(`Unknown row ${unknown.join(', ')}. Rows are ${rows.map((row) => row.name).join(', ')} and plans.`);
  const [products = 1_000] = numbers(given.get('--products') ?? '1000');
  return {
    rows: rows.filter((row) => names.length === 0 || names.includes(row.name)),
    plans: names.includes('plans'),
    write: given.has('--write'),
    record: given.get('--record') ?? null,
    options: {
      shop: path.resolve(given.get('--shop') ?? ownRoot),
      quick: given.has('--quick'),
      redis: given.has('--redis'),
      countStatements: false,
      products,
      orders: numbers(given.get('--orders') ?? '10000,100000'),
    },
  };
};
