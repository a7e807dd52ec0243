/** The page of an address that no other page has. */
import { Anchor, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { PageTitle } from '../components/page.tsx';

export const NotFoundPage = () => (
  <>
    <PageTitle title="Page not found" />
    <Text size="sm" mb="xs">
      The admin has no page at this address. The link may be incomplete or old.
    </Text>
    <Anchor component={Link} to="/" size="sm">
      Go to the dashboard
    </Anchor>
  </>
);
