/**
 * Every statement that writes runs on a `Tx`: the type of `Core.db` has no method that writes, but a template of SQL can be executed on
 * it.
 */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript-6.0';
import { expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');
const write = /\binsert\s+into\b|\bupdate\s+(?:only\s+)?"?\w+"?(?:\s+(?:as\s+)?\w+)?\s+set\b|\bdelete\s+from\b/i;

const namesOf = (name: ts.BindingName): string[] =>
  ts.isIdentifier(name) ? [name.text] : name.elements.flatMap((element) => (ts.isOmittedExpression(element) ? [] : namesOf(element.name)));
/** The declared type of the parameter that has a name, in the functions around a node. */
const typeOfParameter = (node: ts.Node, name: string): string | null => {
  for (let at: ts.Node | undefined = node; at; at = at.parent) {
    if (!ts.isFunctionLike(at)) continue;
    const parameter = at.parameters.find((one) => namesOf(one.name).includes(name));
    if (parameter) return parameter.type?.getText() ?? 'inferred';
  }
  return null;
};
/** Statements of a source that write and are executed on the handle of a `Core`. */
const writesOnCore = (file: string, text: string): string[] => {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    ts.forEachChild(node, visit);
    if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression) || node.expression.name.text !== 'execute') return;
    const statement = node.expression.expression;
    const [handle] = node.arguments;
    if (!handle || !ts.isTaggedTemplateExpression(statement) || !write.test(statement.template.getText())) return;
    const name = ts.isPropertyAccessExpression(handle) ? handle.expression.getText() : handle.getText();
    const type = typeOfParameter(node, name);
    if (type !== null && /\bCore\b|\bReader\b|\bReadOnlyDb\b/.test(type))
      found.push(`${file}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1} ${type}`);
  };
  visit(source);
  return found;
};

it('the test finds a write on the handle of a Core, and accepts one on a Tx', () => {
  const of = (type: string) => writesOnCore('a.ts', `const f = ({ db }: ${type}) => sql\`update orders set id = 1\`.execute(db);`).length;
  expect([of('Core'), of("Pick<Core, 'db'>"), of('Tx'), of("Pick<Tx, 'db'>")]).toEqual([1, 1, 0, 0]);
});

it('every statement that writes runs on a Tx', () => {
  const files = globSync(['packages/core/src/**/*.{ts,tsx}', 'apps/{api,worker,cli}/src/**/*.ts'], { cwd: root });
  const sources = files.filter((file) => !/\.(?:test|fixture)\.tsx?$/.test(file));
  expect(sources.flatMap((file) => writesOnCore(file, readFileSync(path.join(root, file), 'utf8')))).toEqual([]);
});
