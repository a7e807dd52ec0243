/** The layout of every mail: one column with the name of the shop, readable without images. */
import type { ReactNode } from 'react';
import { Body, Container, Head, Heading, Hr, Html, Preview, Text } from 'react-email';

const styles = {
  body: { backgroundColor: '#f4f4f2', fontFamily: 'Helvetica, Arial, sans-serif', color: '#1f2430', margin: 0, padding: '24px 0' },
  box: { backgroundColor: '#ffffff', borderRadius: '8px', padding: '32px', maxWidth: '560px', margin: '0 auto' },
  heading: { fontSize: '20px', lineHeight: '28px', margin: '0 0 16px' },
  foot: { fontSize: '12px', color: '#6b7280', margin: 0 },
} as const;

export const Layout = ({ title, preview, shop, children }: { title: string; preview: string; shop: string; children: ReactNode }) => (
  <Html lang="en">
    <Head />
    <Preview>{preview}</Preview>
    <Body style={styles.body}>
      <Container style={styles.box}>
        <Heading style={styles.heading}>{title}</Heading>
        {children}
        <Hr style={{ borderColor: '#e5e7eb', margin: '24px 0 16px' }} />
        <Text style={styles.foot}>{shop}</Text>
      </Container>
    </Body>
  </Html>
);
