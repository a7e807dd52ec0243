/**
 * Columns are `snake_case` in PostgreSQL and `camelCase` in TypeScript. Statements of the builder are translated here; SQL that is
 * written as text is not.
 */
import {
  CamelCasePlugin,
  type PluginTransformQueryArgs,
  type PluginTransformResultArgs,
  type QueryResult,
  type RootOperationNode,
  type UnknownRow,
} from 'kysely';

/**
 * Translates the names of columns in the builder's statements, and those of the rows that they return. Rows of SQL text keep the names
 * that the text gives them.
 */
class NamingPlugin extends CamelCasePlugin {
  readonly #built = new WeakSet<object>();

  constructor() {
    // JSON values belong to the caller: only the columns themselves are renamed.
    super({ maintainNestedObjectKeys: true });
  }

  columnOf(name: string): string {
    return this.snakeCase(name);
  }

  override transformQuery(args: PluginTransformQueryArgs): RootOperationNode {
    if (args.node.kind === 'RawNode') return args.node;
    this.#built.add(args.queryId);
    return super.transformQuery(args);
  }

  override async transformResult(args: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    // A compiled statement is run without `transformQuery`: only those of the builder are known.
    return this.#built.has(args.queryId) ? super.transformResult(args) : args.result;
  }
}

/** The one translation of names, whose results it keeps. */
export const naming = new NamingPlugin();

/** The name of a column in PostgreSQL, such as `price_cents` for `priceCents`. */
export const columnOf = (name: string): string => naming.columnOf(name);
