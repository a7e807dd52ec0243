/**
 * Reads the comments on the fields of the contract. Few schemas have a description at run time; the sources have a
 * comment on every field that needs one, and the reference shows these comments.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript-6.0';

/** Field paths of a schema, such as `items[].quantity`, with their comments; '' is the schema itself. */
export type Comments = ReadonlyMap<string, string>;

export interface ContractComments {
  /** Comments of a named schema. */
  ofModel(id: string): Comments;
  /** Comments of a procedure's input or output, by `domain.name`. */
  ofProcedure(procedure: string, side: 'input' | 'output'): Comments;
}

const sources = path.resolve(import.meta.dirname, '../../contracts/src');

const commentOf = (node: ts.Node): string =>
  ts
    .getJSDocCommentsAndTags(node)
    .filter(ts.isJSDoc)
    .map((doc) => ts.getTextOfJSDocComment(doc.comment) ?? '')
    .join(' ')
    .replaceAll(/\s+/g, ' ')
    .trim();

/** All constants of the contract by name, with their value and comment. Names are unique across its files. */
const readConstants = (): Map<string, { value: ts.Expression; comment: string }> => {
  const found = new Map<string, { value: ts.Expression; comment: string }>();
  for (const file of readdirSync(sources).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))) {
    const source = ts.createSourceFile(file, readFileSync(path.join(sources, file), 'utf8'), ts.ScriptTarget.Latest, true);
    for (const statement of source.statements.filter(ts.isVariableStatement))
      for (const { name, initializer } of statement.declarationList.declarations)
        if (initializer && ts.isIdentifier(name)) found.set(name.text, { value: initializer, comment: commentOf(statement) });
  }
  return found;
};

const unwrap = (node: ts.Expression): ts.Expression =>
  ts.isAsExpression(node) || ts.isSatisfiesExpression(node) || ts.isParenthesizedExpression(node) ? unwrap(node.expression) : node;

const propertyOf = (object: ts.Expression | undefined, name: string): ts.Expression | undefined => {
  if (!object || !ts.isObjectLiteralExpression(object)) return undefined;
  const found = object.properties.find((property) => property.name?.getText() === name);
  return found && ts.isPropertyAssignment(found) ? unwrap(found.initializer) : undefined;
};

/** What is spread into an object, such as the procedures of a second file of a domain. */
const spreadsOf = (object: ts.Expression | undefined): ts.Expression[] =>
  object && ts.isObjectLiteralExpression(object)
    ? object.properties.filter(ts.isSpreadAssignment).map(({ expression }) => unwrap(expression))
    : [];

/** The `id` of `schema.meta({ id })`, at any position of the call chain. */
const idOf = (node: ts.Expression): string | undefined => {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined;
  const id = node.expression.name.text === 'meta' ? propertyOf(node.arguments[0], 'id') : undefined;
  return id && ts.isStringLiteral(id) ? id.text : idOf(unwrap(node.expression.expression));
};

type Constants = ReturnType<typeof readConstants>;

const collect = (constants: Constants) => {
  /** `isBase`: another schema extends this node, so its fields appear there even if it is a named schema. */
  const visit = (node: ts.Expression, place: string, into: Map<string, string>, isBase: boolean): void => {
    if (ts.isIdentifier(node)) {
      const constant = constants.get(node.text);
      if (constant && (isBase || idOf(constant.value) === undefined)) visit(unwrap(constant.value), place, into, isBase);
    } else if (ts.isPropertyAccessExpression(node)) visit(unwrap(node.expression), place, into, isBase);
    else if (ts.isObjectLiteralExpression(node)) visitFields(node, place, into);
    else if (ts.isArrayLiteralExpression(node)) for (const element of node.elements) visit(unwrap(element), place, into, false);
    else if (ts.isCallExpression(node)) visitCall(node, place, into);
  };
  const visitCall = ({ expression, arguments: args }: ts.CallExpression, place: string, into: Map<string, string>): void => {
    const method = ts.isPropertyAccessExpression(expression) ? expression.name.text : expression.getText();
    if (ts.isPropertyAccessExpression(expression)) visit(unwrap(expression.expression), place, into, true);
    if (method === 'meta') return;
    const inner = method === 'array' && args.length > 0 ? `${place}[]` : /^(cursorPageOf|pageOf)$/.test(method) ? 'items[]' : place;
    for (const argument of args) visit(unwrap(argument), inner, into, false);
  };
  const visitFields = (object: ts.ObjectLiteralExpression, place: string, into: Map<string, string>): void => {
    for (const property of object.properties) {
      if (ts.isSpreadAssignment(property)) visit(unwrap(property.expression), place, into, true);
      if (!property.name) continue;
      const at = place ? `${place}.${property.name.getText()}` : property.name.getText();
      const comment = commentOf(property);
      if (comment) into.set(at, comment);
      if (ts.isPropertyAssignment(property)) visit(unwrap(property.initializer), at, into, false);
    }
  };
  return (node: ts.Expression | undefined): Comments => {
    const into = new Map<string, string>();
    // The schema itself is read even if it is a named schema.
    if (node) visit(node, '', into, true);
    return into;
  };
};

/** Reads the sources of the contract. */
export const readComments = (): ContractComments => {
  const constants = readConstants();
  const collectFrom = collect(constants);
  const models = new Map<string, Comments>();
  for (const { value, comment } of constants.values()) {
    const id = idOf(unwrap(value));
    if (id) models.set(id, new Map([...collectFrom(unwrap(value)), ...(comment ? ([['', comment]] as const) : [])]));
  }
  const contract = constants.get('contract');
  const resolve = (node: ts.Expression | undefined): ts.Expression | undefined =>
    node && ts.isIdentifier(node) && constants.has(node.text) ? unwrap(constants.get(node.text)?.value ?? node) : node;
  return {
    ofModel: (id) => models.get(id) ?? new Map(),
    ofProcedure: (procedure, side) => {
      const [domain = '', name = ''] = procedure.split('.');
      const entries = resolve(propertyOf(contract && unwrap(contract.value), domain));
      const entry = resolve(
        propertyOf(entries, name) ??
          spreadsOf(entries)
            .map((part) => propertyOf(resolve(part), name))
            .find(Boolean),
      );
      const options = entry && ts.isCallExpression(entry) ? entry.arguments[0] : undefined;
      return collectFrom(resolve(propertyOf(options, side)));
    },
  };
};
