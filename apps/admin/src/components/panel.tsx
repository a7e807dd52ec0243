/** A titled box of a page, such as the items of an order. */
import { Card, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';

export const Panel = ({ title, action, children }: { title: string; action?: ReactNode; children: ReactNode }) => (
  <Card withBorder>
    <Group justify="space-between" mb="sm">
      <Text component="h2" fw={600} fz="md">
        {title}
      </Text>
      {action}
    </Group>
    {children}
  </Card>
);
