/** What the columns of a product file become, for files of other formats: staff choose it, and see values of the file. */
import { ActionIcon, Button, Card, Group, Select, Stack, Table, Text, TextInput, Title } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { importWeightUnits, type CatalogImportId, type ImportField, type ImportMapping } from '@cartwright/contracts';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  choicesOf,
  meaningsOf,
  problemsOf,
  reorderedImages,
  toMapping,
  withMeaning,
  type Choices,
  type InspectedFile,
  type NewMeaning,
} from '../lib/import-mapping.ts';
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

interface MeaningProps {
  readonly file: InspectedFile;
  readonly label: string;
  readonly value: ImportField | null;
  readonly isRepeated: boolean;
  readonly onChoose: (field: ImportField | null) => void;
}
/** One field that a column becomes. */
const Meaning = ({ file, label, value, isRepeated, onChoose }: MeaningProps) => {
  const field = file.fields.find((one) => one.field === value);
  return (
    <Select
      ta="left"
      aria-label={label}
      data={[{ value: notImported, label: 'Not imported' }, ...file.fields.map((one) => ({ value: one.field, label: one.label }))]}
      value={value ?? notImported}
      onChange={(chosen) => onChoose(chosen === notImported ? null : chosen)}
      allowDeselect={false}
      searchable
      error={isRepeated ? `Choose one column for ${field?.label}` : undefined}
      description={field?.meaning}
      inputWrapperOrder={['input', 'description', 'error']}
    />
  );
};

interface ColumnProps {
  readonly file: InspectedFile;
  readonly column: InspectedFile['columns'][number];
  readonly meanings: readonly ImportField[];
  /** Fields of one column that several columns become. */
  readonly repeated: ReadonlySet<ImportField>;
  readonly onChoose: (meaning: NewMeaning) => void;
}
const ColumnRow = ({ file, column: { name, samples }, meanings, repeated, onChoose }: ColumnProps) => {
  const [isAdding, setAdding] = useState(false);
  const shown = meanings.length === 0 || isAdding ? [...meanings, null] : meanings;
  return (
    <Table.Tr>
      <Table.Td data-label="Column">
        <Text size="sm" fw={600}>
          {name}
        </Text>
      </Table.Td>
      <Table.Td {...(samples.length > 0 && { 'data-label': 'In the file' })}>
        <Text size="sm" c="dimmed" lineClamp={2}>
          {samples.join(' · ')}
        </Text>
      </Table.Td>
      <Table.Td data-label="Becomes">
        <Group gap={4} wrap="nowrap" align="flex-start">
          <Stack gap={4} w={{ base: 190, sm: 230 }}>
            {shown.map((before, i) => (
              <Meaning
                key={i}
                file={file}
                label={i === 0 ? `${name} becomes` : `${name} also becomes`}
                value={before}
                isRepeated={before !== null && repeated.has(before)}
                onChoose={(after) => {
                  if (before === null) setAdding(false);
                  onChoose({ column: name, before, after });
                }}
              />
            ))}
          </Stack>
          <ActionIcon
            variant="subtle"
            size="md"
            mt={4}
            aria-label={`Another meaning of ${name}`}
            title="Another meaning"
            disabled={meanings.length === 0 || isAdding}
            onClick={() => setAdding(true)}
          >
            <IconPlus size={16} />
          </ActionIcon>
        </Group>
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
  const setSeparator = (name: (typeof separatorLabels)[number][0], text: string): void => {
    const { [name]: _, ...others } = rest.separators ?? {};
    onChange({ ...rest, separators: text === '' ? others : { ...others, [name]: text } });
  };
  return (
    <Group align="flex-end">
      {choices.has('weight') && (
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
        .filter(([, , field]) => choices.has(field))
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

const MappingForm = ({ file, mapping, onPreview, onCancel, isPending }: Step & { file: InspectedFile; mapping: ImportMapping }) => {
  const [choices, setChoices] = useState<Choices>(() => choicesOf(mapping));
  const [rest, setRest] = useState<Rest>(() => ({ ...mapping, columns: undefined }));
  const { missing, repeated } = problemsOf(choices, file);
  const images = reorderedImages(choices, file);
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
                  meanings={meaningsOf(choices, column.name, file)}
                  repeated={repeated}
                  onChoose={(meaning) => setChoices((before) => withMeaning(before, meaning, file))}
                />
              ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {images && <Text size="sm">Images in this order: {images.join(', ')}.</Text>}
      <ReadingFields choices={choices} rest={rest} onChange={setRest} />
      <ImportConstants
        chosen={new Set(choices.keys())}
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
      const [file, { mapping, fileName }] = await Promise.all([
        shop.imports.inspect({ id }, { signal }),
        shop.imports.get({ id, pageSize: 1 }, { signal }),
      ]);
      return { file, fileName, mapping: mapping ?? file.suggestion };
    },
    gcTime: 0,
  });
  return (
    <Card withBorder mb="md">
      <Title order={2} size="h4" mb="xs">
        {query.data ? `What the columns of ${query.data.fileName} become` : 'What the columns become'}
      </Title>
      <Text size="sm" mb="sm">
        {query.data?.file.format === null && 'The columns of this file are not those of a known format. '}Check what each column becomes.
        The names of the columns suggest it, where the values fit. Rows with the same handle, or else the same name, are variants of one
        product when a column is an option. Press “+” to give a column another meaning.
      </Text>
      <Loaded query={query}>{query.data && <MappingForm file={query.data.file} mapping={query.data.mapping} {...step} />}</Loaded>
    </Card>
  );
};
