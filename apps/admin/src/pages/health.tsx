/** Data integrity: consistency checks, search index, event consumers and unreadable values. */
import { Alert, Button, Code, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Consumers, UnreadableValues } from '../components/health-alerts.tsx';
import { SearchIndex } from '../components/search-index.tsx';
import { Loaded, PageTitle, StatusBadge } from '../components/page.tsx';
import { dateTime } from '../lib/format.ts';
import { shop } from '../lib/shop.ts';

export const HealthPage = () => {
  const query = useQuery({ queryKey: ['invariants'], queryFn: () => shop.system.invariants() });
  const report = query.data;
  return (
    <>
      <PageTitle title="Data integrity">
        <Button variant="default" loading={query.isFetching} onClick={() => void query.refetch()}>
          Check again
        </Button>
      </PageTitle>
      <SearchIndex />
      <Consumers />
      <UnreadableValues />
      <Loaded query={query} rows={12}>
        {report && (
          <>
            <Alert
              mb="md"
              color={report.clean ? 'teal' : 'red'}
              title={report.clean ? 'All consistency checks passed' : 'Some consistency checks failed'}
              role="status"
            >
              Checked {dateTime(report.checkedAt)}.
            </Alert>
            <Table verticalSpacing={6} style={{ overflowWrap: 'anywhere' }}>
              <Table.Tbody>
                {report.results.map((r) => (
                  <Table.Tr key={r.id}>
                    <Table.Td className="mono" w={60}>
                      {r.id}
                    </Table.Td>
                    <Table.Td>
                      <Text size="sm">{r.title}</Text>
                      {r.samples.map((sample, i) => (
                        <Code key={i} block mt={4} style={{ whiteSpace: 'pre-wrap' }}>
                          {JSON.stringify(sample)}
                        </Code>
                      ))}
                    </Table.Td>
                    <Table.Td ta="right">
                      <StatusBadge label={r.violations === 0 ? 'passed' : 'failed'} />
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </>
        )}
      </Loaded>
    </>
  );
};
