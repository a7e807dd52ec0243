/** What the columns of a product file become, for files of other formats: staff choose it, and see values of the file. */
import { Button, Card, Group, Select, Stack, Table, Text, TextInput, Title } from '@mantine/core';
import { importWeightUnits, type CatalogImportId, type ImportField, type ImportMapping } from '@cartwright/contracts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { choicesOf, problemsOf, toMapping, type Choices, type InspectedFile } from '../lib/import-mapping.ts';
import { shop } from '../lib/shop.ts';
import { ImportConstants } from './import-constants.tsx';
import { Loaded } from './page.tsx';
import { ScopedButton } from './scoped-button.tsx';

interface Step {
  readonly onPreview: (mapping: ImportMapping) => void;
  /** Leaves the columns as they are; null when the file cannot be imported without a choice. */
  readonly onCancel: (() => void) | null;
  readonly isPending: boolean;
}

const notImported = 'none';

const ColumnRow = (props: {
  file: InspectedFile;
  column: InspectedFile['columns'][number];
  chosen: ImportField | undefined;
  isRepeated: boolean;
  onChoose: (field: ImportField | undefined) => void;
}) => {
  const { file, column, chosen, isRepeated, onChoose } = props;
  const field = file.fields.find((one) => one.field === chosen);
  return (
    <Table.Tr>
      <Table.Td data-label="Column">
        <Text size="sm" fw={600}>
          {column.name}
        </Text>
      </Table.Td>
      <Table.Td {...(column.samples.length > 0 && { 'data-label': 'In the file' })}>
        <Text size="sm" c="dimmed" lineClamp={2}>
          {column.samples.join(' · ')}
        </Text>
      </Table.Td>
      <Table.Td data-label="Becomes">
        <Select
          w={230}
          ta="left"
          aria-label={`${column.name} becomes`}
          data={[{ value: notImported, label: 'Not imported' }, ...file.fields.map(({ field: value, label }) => ({ value, label }))]}
          value={chosen ?? notImported}
          onChange={(value) => onChoose(value === notImported ? undefined : (value as ImportField))}
          allowDeselect={false}
          searchable
          error={isRepeated ? `Choose one column for ${field?.label}` : undefined}
          description={field?.meaning}
          inputWrapperOrder={['input', 'description', 'error']}
        />
      </Table.Td>
    </Table.Tr>
  );
};

type Rest = Omit<ImportMapping, 'columns'>;

const separatorLabels = [
  ['tags', 'Between tags', 'tags'],
  ['images', 'Between images', 'images'],
  ['categories', 'Between categories', 'category'],
  ['categoryPath', 'Between a category and those below it', 'category'],
] as const;

/** How the cells of the chosen columns are read. */
const ReadingFields = ({ choices, rest, onChange }: { choices: Choices; rest: Rest; onChange: (rest: Rest) => void }) => {
  const chosen = new Set(choices.values());
  const setSeparator = (name: (typeof separatorLabels)[number][0], text: string): void => {
    const { [name]: _, ...others } = rest.separators ?? {};
    onChange({ ...rest, separators: text === '' ? others : { ...others, [name]: text } });
  };
  return (
    <Group align="flex-end">
      {chosen.has('weight') && (
        <Select
          label="Unit of weights"
          data={[...importWeightUnits]}
          value={rest.weightUnit ?? 'g'}
          onChange={(unit) => unit && onChange({ ...rest, weightUnit: unit })}
          allowDeselect={false}
          w={130}
        />
      )}
      {separatorLabels
        .filter(([, , field]) => chosen.has(field))
        .map(([name, label]) => (
          <TextInput
            key={name}
            label={label}
            placeholder={name === 'tags' ? ',' : 'Nothing'}
            maxLength={5}
            value={rest.separators?.[name] ?? ''}
            onChange={(event) => setSeparator(name, event.currentTarget.value)}
          />
        ))}
    </Group>
  );
};

const withChoice = (before: Choices, column: string, field: ImportField | undefined): Choices => {
  const choices = new Map(before);
  if (field) choices.set(column, field);
  else choices.delete(column);
  return choices;
};

const MappingForm = ({ file, mapping, onPreview, onCancel, isPending }: Step & { file: InspectedFile; mapping: ImportMapping }) => {
  const [choices, setChoices] = useState<Choices>(() => choicesOf(mapping));
  const [rest, setRest] = useState<Rest>(() => ({ ...mapping, columns: undefined }));
  const { missing, repeated } = problemsOf(choices, file);
  return (
    <Stack>
      <Table.ScrollContainer minWidth={560}>
        <Table className="stacks" verticalSpacing="xs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Column</Table.Th>
              <Table.Th>In the file</Table.Th>
              <Table.Th>Becomes</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {file.columns
              .filter(({ name }) => name !== '')
              .map((column) => (
                <ColumnRow
                  key={column.name}
                  file={file}
                  column={column}
                  chosen={choices.get(column.name)}
                  isRepeated={repeated.has(column.name)}
                  onChoose={(field) => setChoices((before) => withChoice(before, column.name, field))}
                />
              ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <ReadingFields choices={choices} rest={rest} onChange={setRest} />
      <ImportConstants
        chosen={new Set(choices.values())}
        constants={rest.constants ?? {}}
        onChange={(constants) => setRest({ ...rest, constants })}
      />
      <Group>
        <ScopedButton
          calls="imports.start"
          disabled={missing.length > 0 || repeated.size > 0}
          loading={isPending}
          onClick={() => onPreview(toMapping(choices, file, rest))}
        >
          Preview with these columns
        </ScopedButton>
        {onCancel && (
          <Button variant="default" onClick={onCancel}>
            Keep the columns
          </Button>
        )}
        {missing.length > 0 && (
          <Text size="sm" role="status">
            Choose a column for {missing.join(' and ')}.
          </Text>
        )}
      </Group>
    </Stack>
  );
};

/** The step before the preview of a file whose columns are not known, or that staff want to read in another way. */
export const ImportMappingCard = ({ id, ...step }: Step & { id: CatalogImportId }) => {
  const query = useQuery({
    queryKey: ['import-columns', id],
    queryFn: async ({ signal }) => {
      const [file, { mapping }] = await Promise.all([
        shop.imports.inspect({ id }, { signal }),
        shop.imports.get({ id, pageSize: 1 }, { signal }),
      ]);
      return { file, mapping: mapping ?? file.suggestion };
    },
    gcTime: 0,
  });
  return (
    <Card withBorder mb="md">
      <Title order={2} size="h4" mb="xs">
        What the columns become
      </Title>
      <Text size="sm" mb="sm">
        {query.data?.file.format === null && 'The columns of this file are not those of a known format. '}Check what each column becomes.
        The names of the columns suggest it, where the values fit. Rows with the same handle, or else the same name, are variants of one
        product when a column is an option.
      </Text>
      <Loaded query={query}>{query.data && <MappingForm {...query.data} {...step} />}</Loaded>
    </Card>
  );
};
