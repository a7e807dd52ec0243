import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript-6.0';
import { expect, it } from 'vitest';

const source = path.join(import.meta.dirname, '../src');
const read = (file: string): ts.SourceFile =>
  ts.createSourceFile(file, readFileSync(path.join(source, file), 'utf8'), ts.ScriptTarget.Latest, true);
const isDocumented = (node: ts.Node): boolean => ts.getJSDocCommentsAndTags(node).some(ts.isJSDoc);

/** Names that the package exports, each with its file. */
const exported = read('index.ts')
  .statements.filter(ts.isExportDeclaration)
  .flatMap(({ moduleSpecifier, exportClause }) =>
    moduleSpecifier && ts.isStringLiteral(moduleSpecifier) && exportClause && ts.isNamedExports(exportClause)
      ? exportClause.elements.map(({ name }) => [name.text, moduleSpecifier.text] as const)
      : [],
  );

type Declared = ts.InterfaceDeclaration | ts.TypeAliasDeclaration | ts.ClassDeclaration | ts.VariableStatement;
const isDeclared = (statement: ts.Statement): statement is Declared =>
  ts.isInterfaceDeclaration(statement) ||
  ts.isTypeAliasDeclaration(statement) ||
  ts.isClassDeclaration(statement) ||
  ts.isVariableStatement(statement);
const namesOf = (statement: Declared): string[] =>
  ts.isVariableStatement(statement)
    ? statement.declarationList.declarations.map(({ name }) => name.getText())
    : [statement.name?.text ?? ''];

/** Names of members without a comment. */
const undocumentedMembers = (statement: Declared): string[] =>
  ts.isInterfaceDeclaration(statement) || ts.isClassDeclaration(statement)
    ? statement.members.filter((member) => member.name && !isDocumented(member)).map((member) => `.${member.name?.getText() ?? ''}`)
    : [];

it('every export of the package and every member of it is documented', () => {
  expect(exported.length).toBeGreaterThan(15);
  const undocumented = exported.flatMap(([name, file]) => {
    const statement = read(file)
      .statements.filter(isDeclared)
      .find((one) => namesOf(one).includes(name));
    if (!statement) return [`${name} is not in ${file}`];
    return [...(isDocumented(statement) ? [] : [name]), ...undocumentedMembers(statement).map((member) => name + member)];
  });
  expect(undocumented).toEqual([]);
});
