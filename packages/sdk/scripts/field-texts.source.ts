/** Generates `apps/api/src/openapi/field-texts.gen.ts`: the comments on the fields of the contract, as texts for OpenAPI. */
import { contract, csvOperations, problemSchema, type ProcedureContract } from '@cartwright/contracts';
import { readComments } from './reference.comments.ts';
import { readSchema, textsOf } from './reference.fields.ts';

type Texts = Readonly<Record<string, string>>;
interface Sides<T> {
  readonly input: T;
  readonly output: T;
}
/** Texts by path of the field: of each named schema, and of the input and output of each procedure. */
export interface FieldTexts {
  readonly models: Sides<Record<string, Texts>>;
  readonly procedures: Record<string, Sides<Texts>>;
}

/** Reads the texts; the text of a named schema itself has the path ''. */
export const fieldTexts = (): FieldTexts => {
  const comments = readComments();
  const texts: FieldTexts = { models: { input: {}, output: {} }, procedures: {} };
  const read = (schema: ProcedureContract['input'], side: keyof Sides<unknown>, name: string): Texts => {
    const found = readSchema(schema, side);
    for (const [id, model] of Object.entries(found.models)) {
      const about = comments.ofModel(id);
      const own = about.of('');
      texts.models[side][id] = { ...(own && { '': own }), ...textsOf(model, side, about) };
    }
    return textsOf(found.schema, side, comments.ofProcedure(name, side));
  };
  read(problemSchema, 'output', 'Problem');
  for (const [domain, entries] of Object.entries(contract))
    for (const [name, entry] of Object.entries(entries as Readonly<Record<string, ProcedureContract>>)) {
      const at = `${domain}.${name}`;
      texts.procedures[at] = { input: read(entry.input, 'input', at), output: read(entry.output, 'output', at) };
    }
  for (const name of Object.values(csvOperations))
    texts.procedures[name] = { input: texts.procedures[name.replace(/\..*/, '.list')]?.input ?? {}, output: {} };
  return texts;
};

/** Returns the text of the file. */
export const fieldTextsSource = (): string => `/** Generated from the contract by pnpm generate; a test fails when it is out of date. */
export interface FieldTexts {
  readonly models: Readonly<Record<'input' | 'output', Readonly<Record<string, Readonly<Record<string, string>>>>>>;
  readonly procedures: Readonly<Record<string, Readonly<Record<'input' | 'output', Readonly<Record<string, string>>>>>>;
}
export const fieldTexts: FieldTexts = ${JSON.stringify(fieldTexts(), null, 1)};
`;
