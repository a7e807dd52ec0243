/** Finds the field of a form that has the value of an API field. */

/** The part of a form that shows errors at its fields. */
export interface FieldForm {
  readonly values: object;
  setErrors(errors: Record<string, string>): void;
  /** The field of an API path where the names do not tell it, such as for a list that is sent in part; undefined where they do. */
  readonly fieldOf?: (path: string) => string | undefined;
}

/** Units in the names of API fields for which people type another one: an amount, kilograms, percent. Forms leave them out of the name. */
const unit = /(?:BasisPoints|Cents|Grams)$/;

/** The names of a form's fields, with those of groups and rows: `name`, `bands.1.price`. A list of texts is one field. */
const namesOf = (values: object, prefix = ''): string[] =>
  Object.entries(values).flatMap(([key, value]: [string, unknown]) => {
    const name = `${prefix}${key}`;
    const isGroup = typeof value === 'object' && value !== null && !(Array.isArray(value) && typeof value[0] !== 'object');
    return isGroup ? namesOf(value, `${name}.`) : [name];
  });

/**
 * The field of an API path, by its name with or without the unit: `variants.0.priceCents` belongs to `price` or `priceCents`,
 * `bands.1.maxWeightGrams` to `bands.1.maxWeight`, `rule.tags.0` to `tags`, and `description` to `texts.description`.
 */
export const fieldOf = (values: object, path: string): string | undefined => {
  const names = namesOf(values);
  const parts = path.split('.');
  for (let end = parts.length; end > 0; end -= 1) {
    const last = parts[end - 1] ?? '';
    for (const name of [last, last.replace(unit, '')]) {
      for (let from = 0; from < end; from += 1) {
        const candidate = [...parts.slice(from, end - 1), name].join('.');
        if (names.includes(candidate)) return candidate;
      }
      const inGroup = names.filter((one) => one.endsWith(`.${name}`));
      if (inGroup.length === 1) return inGroup[0];
    }
  }
  return undefined;
};
