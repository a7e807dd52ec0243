/** Cells of BigCommerce that hold several values: options and custom fields. */
import { z } from 'zod';
import { jsonIn } from './csv.cells.ts';
import type { Fact } from './other-formats.ts';

const longestOptions = 10_000;

/**
 * The options in a cell: `Type=Rectangle|Name=Size|Value=S`, one behind the other, or `[S]Size=S,[CS]Color=Red:#ff0000` in the name of
 * the earlier template. The colour of a swatch is left out.
 */
export const optionsIn = (text: string): Fact[] => {
  // A longer text would only take time.
  const given = text.slice(0, longestOptions);
  const present = [...given.matchAll(/Type=[^|]*\|Name=([^|]*)\|Value=(.*?)(?=Type=[^|]*\|Name=|$)/gs)];
  if (present.length > 0)
    return present.map(([, name = '', value = '']) => ({ name: name.trim(), value: value.replace(/\[#[^\]]*\]\s*$/, '').trim() }));
  return given.split(/,(?=\s*\[\w+\])|,(?=[^,=[\]]+=)/).flatMap((part) => {
    const [, type = '', name = '', value = ''] = /^\s*(?:\[(\w+)\])?([^=]+)=(.*)$/s.exec(part) ?? [];
    return name === '' ? [] : [{ name: name.trim(), value: (type === 'CS' ? value.replace(/:[^:]*$/, '') : value).trim() }];
  });
};

const customField = z.object({ name: z.string().min(1), value: z.union([z.string(), z.number(), z.boolean()]) });

/** Custom fields: `[{"name": "Care", "value": "Wash"}]`, or `Care=Wash;Origin=Peru` in the earlier template. */
export const customFieldsIn = (text: string): { readonly facts: Fact[]; readonly notes: string[] } => {
  const fields = text.startsWith('[') ? listedFields(text) : pairedFields(text);
  return {
    facts: fields.filter((field) => field !== null),
    notes: fields.includes(null)
      ? ['Custom fields are skipped where they are neither [{"name":"Care","value":"Wash"}] nor Care=Wash, separated by semicolons.']
      : [],
  };
};

/** The fields of a JSON list; null for what is none. */
const listedFields = (text: string): (Fact | null)[] => {
  const given = jsonIn(text);
  return (Array.isArray(given) ? given : [given]).map((one: unknown) => {
    const field = customField.safeParse(one).data;
    return field ? { name: field.name, value: String(field.value) } : null;
  });
};

/** The fields of pairs; null for a part that is none. */
const pairedFields = (text: string): (Fact | null)[] =>
  text
    .split(';')
    .filter((pair) => pair.trim() !== '')
    .map((pair) => {
      const at = pair.indexOf('=');
      return at > 0 ? { name: pair.slice(0, at).trim(), value: pair.slice(at + 1).trim() } : null;
    });
