/** Values for every row of an imported file, for what no column says. */
import { Group, Select, TagsInput, TextInput } from '@mantine/core';
import { productStatuses, type ImportField, type ImportMapping } from '@cartwright/contracts';

type Constants = NonNullable<ImportMapping['constants']>;
interface Props {
  /** The fields that a column becomes. */
  readonly chosen: ReadonlySet<ImportField>;
  readonly constants: Constants;
  readonly onChange: (constants: Constants) => void;
}

const answers = [
  { value: 'yes', label: 'Yes' },
  { value: 'no', label: 'No' },
];
const questions = [
  ['tracked', 'tracked', 'Stock tracked', 'Tracked if new'],
  ['soldOutPolicy', 'soldWhenSoldOut', 'Sold when sold out', 'Not if new'],
] as const satisfies readonly (readonly [ImportField, keyof Constants, label: string, placeholder: string])[];
const texts = [
  ['category', 'Category'],
  ['brand', 'Brand'],
  ['currency', 'Currency'],
] as const satisfies readonly (readonly [ImportField & keyof Constants, label: string])[];

/** One field for each value that no column says. An empty one leaves the products as they are. */
export const ImportConstants = ({ chosen, constants, onChange }: Props) => {
  const set = <K extends keyof Constants>(name: K, value: Constants[K] | null): void => {
    const { [name]: _, ...others } = constants;
    onChange(value === null ? others : { ...others, [name]: value });
  };
  return (
    <Group align="flex-end" role="group" aria-label="A value for every row">
      {!chosen.has('status') && (
        <Select
          label="Status of the products"
          placeholder="Active if new"
          w={190}
          data={[...productStatuses]}
          value={constants.status ?? null}
          onChange={(status) => set('status', status)}
          clearable
        />
      )}
      {texts
        .filter(([field]) => !chosen.has(field))
        .map(([field, label]) => (
          <TextInput
            key={field}
            label={`${label} of the products`}
            w={190}
            maxLength={field === 'currency' ? 3 : 100}
            value={constants[field] ?? ''}
            onChange={({ currentTarget: { value } }) =>
              set(field, value === '' ? null : field === 'currency' ? value.toUpperCase() : value)
            }
          />
        ))}
      {!chosen.has('tags') && (
        <TagsInput
          label="Tags of the products"
          miw={190}
          value={constants.tags ?? []}
          onChange={(tags) => set('tags', tags.length === 0 ? null : tags)}
        />
      )}
      {questions
        .filter(([field]) => !chosen.has(field))
        .map(([field, name, label, placeholder]) => (
          <Select
            key={field}
            label={label}
            placeholder={placeholder}
            w={170}
            data={answers}
            value={constants[name] === undefined ? null : constants[name] ? 'yes' : 'no'}
            onChange={(answer) => set(name, answer === null ? null : answer === 'yes')}
            clearable
          />
        ))}
    </Group>
  );
};
