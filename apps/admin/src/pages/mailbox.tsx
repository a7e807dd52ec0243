/** Mails that the shop stored because no mail server is set up. */
import { Grid, NavLink, ScrollArea, Tabs, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import type { MailId } from '@cartwright/contracts';
import { IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useRef } from 'react';
import { Ago, Empty, Loaded, PageTitle, Pager } from '../components/page.tsx';
import { TabRow } from '../components/tab-row.tsx';
import { shop } from '../lib/shop.ts';
import { unreadable } from '../lib/format.ts';
import { useStateOfPage } from '../lib/use-selection.ts';

/** A mail can contain input of customers. It is shown in a sandboxed frame without scripts or origin. */
const Mail = ({ mailId }: { mailId: MailId }) => {
  const query = useQuery({ queryKey: ['mail', mailId], queryFn: () => shop.mailbox.get({ mailId }) });
  return (
    <Loaded query={query}>
      {query.data && (
        <Tabs defaultValue="html">
          <Text fw={600}>{query.data.subject}</Text>
          <Text size="sm" c="dimmed" mb="sm">
            to {query.data.to}
          </Text>
          <TabRow>
            <Tabs.Tab value="html">Formatted</Tabs.Tab>
            <Tabs.Tab value="text">Plain text</Tabs.Tab>
          </TabRow>
          <Tabs.Panel value="html" pt="sm">
            <iframe className="mail" sandbox="" title={query.data.subject} srcDoc={query.data.html ?? unreadable} />
          </Tabs.Panel>
          <Tabs.Panel value="text" pt="sm">
            <Text component="pre" size="sm" style={{ whiteSpace: 'pre-wrap' }}>
              {query.data.text}
            </Text>
          </Tabs.Panel>
        </Tabs>
      )}
    </Loaded>
  );
};

export const MailboxPage = () => {
  const search = useSearch({ from: '/shell/mailbox' });
  const navigate = useNavigate({ from: '/mailbox' });
  const { page = 1, q } = search;
  const [chosen, setChosen] = useStateOfPage<MailId | null>(search, null);
  const query = useQuery({
    queryKey: ['mails', search],
    queryFn: ({ signal }) => shop.mailbox.list({ page, pageSize: 20, ...(q && { q }) }, { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: 5_000,
  });
  const find = useDebouncedCallback((text: string) => void navigate({ search: text ? { q: text } : {}, replace: true }), 250);
  const shown = useRef<HTMLDivElement>(null);
  const choose = (id: MailId): void => {
    setChosen(id);
    // On a narrow screen the mail is below the list.
    if (globalThis.matchMedia('(max-width: 62em)').matches) shown.current?.scrollIntoView();
  };
  const mailId = chosen ?? query.data?.items[0]?.id ?? null;
  return (
    <>
      <PageTitle title="Mailbox">
        <TextInput
          type="search"
          aria-label="Find mails"
          placeholder="Address or subject"
          leftSection={<IconSearch size={16} />}
          defaultValue={q ?? ''}
          onChange={(e) => find(e.currentTarget.value)}
        />
      </PageTitle>
      <Loaded query={query}>
        {query.data?.items.length === 0 ? (
          <Empty title={q ? 'No matching mails' : 'No mails yet'}>
            {q
              ? 'Try part of the address or of the subject.'
              : 'The shop has no mail server (SMTP_URL), so it stores its mails here instead of sending them. Place an order to see one.'}
          </Empty>
        ) : (
          <Grid>
            <Grid.Col span={{ base: 12, md: 4 }}>
              <ScrollArea.Autosize mah="70vh">
                {query.data?.items.map((mail) => (
                  <NavLink
                    key={mail.id}
                    component="button"
                    type="button"
                    active={mail.id === mailId}
                    onClick={() => choose(mail.id)}
                    label={mail.subject}
                    description={
                      <>
                        {mail.to ?? unreadable} · <Ago at={mail.sentAt} size="xs" />
                      </>
                    }
                  />
                ))}
              </ScrollArea.Autosize>
              {query.data && <Pager {...query.data} onChange={(next) => void navigate({ search: { ...search, page: next } })} />}
            </Grid.Col>
            <Grid.Col span={{ base: 12, md: 8 }} ref={shown}>
              {mailId && <Mail mailId={mailId} />}
            </Grid.Col>
          </Grid>
        )}
      </Loaded>
    </>
  );
};
