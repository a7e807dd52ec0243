/**
 * Reads the comments on the fields of the contract. Few schemas have a description at run time; the sources have a
 * comment on every field that needs one, and the reference shows these comments.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript-6.0';

/** Comments on the fields of one schema. */
export interface Comments {
  /** Comment on a field, by its path such as `items[].quantity`; the path '' is the schema itself. */
  of(path: string): string | undefined;
  /** Comment on a named schema that a field refers to. */
  ofModel(id: string): string | undefined;
}
type Texts = ReadonlyMap<string, string>;

export interface ContractComments {
  /** Comments of a named schema. */
  ofModel(id: string): Comments;
  /** Comments of a procedure's input or output, by `domain.name`. */
  ofProcedure(procedure: string, side: 'input' | 'output'): Comments;
  /** Comments of the details of an error, by code. */
  ofDetails(code: string): Comments;
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

const readSources = (): ts.SourceFile[] =>
  readdirSync(sources)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((file) => ts.createSourceFile(file, readFileSync(path.join(sources, file), 'utf8'), ts.ScriptTarget.Latest, true));

/** All constants of the contract by name, with their value and comment. Names are unique across its files. */
const readConstants = (files: readonly ts.SourceFile[]): Map<string, { value: ts.Expression; comment: string }> => {
  const found = new Map<string, { value: ts.Expression; comment: string }>();
  for (const source of files) {
    for (const statement of source.statements.filter(ts.isVariableStatement))
      for (const { name, initializer } of statement.declarationList.declarations)
        if (initializer && ts.isIdentifier(name)) {
          if (found.has(name.text))
            throw new Error(`Two files of the contract declare ${name.text}: rename one, so that comments are found.`);
          found.set(name.text, { value: initializer, comment: commentOf(statement) });
        }
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

/** A property that is read from a constant, such as `fields.name` or `searchContract.products.output`; undefined for a method. */
const readProperty = (constants: Constants, node: ts.PropertyAccessExpression): ts.ObjectLiteralElementLike | undefined => {
  const from = unwrap(node.expression);
  const owner = ts.isIdentifier(from)
    ? constants.get(from.text)?.value
    : ts.isPropertyAccessExpression(from)
      ? valueOf(readProperty(constants, from))
      : undefined;
  // Options of a procedure are the argument of `query`, `mutation` or `subscription`.
  const object = owner && ts.isCallExpression(owner) && ts.isIdentifier(owner.expression) ? owner.arguments[0] : owner;
  if (!object) return undefined;
  const plain = unwrap(object);
  if (!ts.isObjectLiteralExpression(plain)) return undefined;
  return plain.properties.find(({ name }) => name?.getText() === node.name.text);
};
const valueOf = (property: ts.ObjectLiteralElementLike | undefined): ts.Expression | undefined =>
  property && ts.isPropertyAssignment(property) ? unwrap(property.initializer) : undefined;

const join = (place: string, name: string): string => (place ? `${place}.${name}` : name);

const collect = (constants: Constants) => {
  /** `isBase`: another schema extends this node, so its fields appear there even if it is a named schema. */
  const visit = (node: ts.Expression, place: string, into: Map<string, string>, isBase: boolean): void => {
    if (ts.isIdentifier(node)) {
      const constant = constants.get(node.text);
      if (constant && (isBase || idOf(constant.value) === undefined)) visit(unwrap(constant.value), place, into, isBase);
    } else if (ts.isPropertyAccessExpression(node)) visitProperty(node, place, into, isBase);
    else if (ts.isElementAccessExpression(node)) visit(unwrap(node.expression), place, into, isBase);
    else if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) visit(unwrap(node.body), place, into, isBase);
    else if (ts.isObjectLiteralExpression(node)) visitFields(node, place, into);
    else if (ts.isArrayLiteralExpression(node)) for (const element of node.elements) visit(unwrap(element), place, into, false);
    else if (ts.isCallExpression(node)) visitCall(node, place, into);
  };
  const visitProperty = (node: ts.PropertyAccessExpression, place: string, into: Map<string, string>, isBase: boolean): void => {
    const property = readProperty(constants, node);
    if (!property) return visit(unwrap(node.expression), place, into, isBase);
    const comment = commentOf(property);
    if (comment && place && !into.has(place)) into.set(place, comment);
    const value = valueOf(property);
    if (value) visit(value, place, into, isBase);
  };
  const visitCall = ({ expression, arguments: args }: ts.CallExpression, place: string, into: Map<string, string>): void => {
    const method = ts.isPropertyAccessExpression(expression) ? expression.name.text : expression.getText();
    if (ts.isPropertyAccessExpression(expression)) visit(unwrap(expression), place, into, true);
    else visit(unwrap(expression), place, into, true);
    if (method === 'meta') return;
    const inner =
      method === 'array' && args.length > 0 ? `${place}[]` : /^(cursorPageOf|pageOf)$/.test(method) ? join(place, 'items[]') : place;
    for (const argument of args) visit(unwrap(argument), inner, into, false);
  };
  const visitFields = (object: ts.ObjectLiteralExpression, place: string, into: Map<string, string>): void => {
    for (const property of object.properties) {
      if (ts.isSpreadAssignment(property)) visit(unwrap(property.expression), place, into, true);
      if (!property.name) continue;
      const at = join(place, property.name.getText());
      const comment = commentOf(property);
      if (comment) into.set(at, comment);
      if (ts.isPropertyAssignment(property)) visit(unwrap(property.initializer), at, into, false);
    }
  };
  return (node: ts.Expression | undefined): Texts => {
    const into = new Map<string, string>();
    // The schema itself is read even if it is a named schema.
    if (node) visit(node, '', into, true);
    return into;
  };
};

/** Named schemas that stand within another expression, such as the output of a procedure. */
function* namedWithin(node: ts.Node): Generator<readonly [id: string, schema: ts.Expression]> {
  if (ts.isCallExpression(node)) {
    const id = idOf(node);
    if (id) yield [id, node];
  }
  const within: ts.Node[] = [];
  node.forEachChild((child) => void within.push(child));
  for (const child of within) yield* namedWithin(child);
}

/** Reads the sources of the contract. */
export const readComments = (): ContractComments => {
  const files = readSources();
  const constants = readConstants(files);
  const collectFrom = collect(constants);
  const models = new Map<string, Texts>();
  for (const { value, comment } of constants.values()) {
    const id = idOf(unwrap(value));
    if (id) models.set(id, new Map([...collectFrom(unwrap(value)), ...(comment ? ([['', comment]] as const) : [])]));
  }
  for (const [id, schema] of files.flatMap((file) => [...namedWithin(file)])) if (!models.has(id)) models.set(id, collectFrom(schema));
  const commentsOf = (texts: Texts | undefined): Comments => ({
    of: (at) => texts?.get(at),
    ofModel: (id) => models.get(id)?.get(''),
  });
  const contract = constants.get('contract');
  const details = constants.get('errorDetails');
  const resolve = (node: ts.Expression | undefined): ts.Expression | undefined =>
    node && ts.isIdentifier(node) && constants.has(node.text) ? unwrap(constants.get(node.text)?.value ?? node) : node;
  return {
    ofModel: (id) => commentsOf(models.get(id)),
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
      return commentsOf(collectFrom(resolve(propertyOf(options, side))));
    },
    ofDetails: (code) => commentsOf(collectFrom(resolve(propertyOf(details && unwrap(details.value), code)))),
  };
};
