/** Mails about a customer account. */
import { Text } from 'react-email';
import { Layout } from './layout.tsx';

interface AccountMail {
  readonly firstName: string;
  readonly shop: string;
}
const cell = { fontSize: '14px', lineHeight: '20px', margin: '4px 0' } as const;
/** The first name is empty if it cannot be read. */
const hello = (firstName: string): string => (firstName ? `Hello ${firstName}` : 'Hello');

export const Welcome = ({ firstName, shop }: AccountMail) => (
  <Layout title={firstName ? `Welcome, ${firstName}` : 'Welcome'} preview={`Your account at ${shop} is ready`} shop={shop}>
    <Text style={cell}>Your account is ready. Sign in with this e-mail address to see your orders.</Text>
  </Layout>
);

export const RegistrationRepeated = ({ firstName, shop }: AccountMail) => (
  <Layout title="You already have an account" preview="Somebody tried to register with your e-mail address" shop={shop}>
    <Text style={cell}>
      {hello(firstName)}, somebody tried to open an account with this e-mail address. You already have an account: sign in with it.
    </Text>
    <Text style={cell}>If that was not you, you do not need to do anything. Your account has not changed.</Text>
  </Layout>
);

export const SessionEnded = ({ firstName, shop }: AccountMail) => (
  <Layout title="We signed out one of your devices" preview="One of your sign-ins was used in two places" shop={shop}>
    <Text style={cell}>
      {hello(firstName)}, the key that keeps you signed in was used twice. That can mean that somebody copied it. To protect your account,
      we ended this sign-in on every device. Please sign in again.
    </Text>
    <Text style={cell}>If this happens again, change your password.</Text>
  </Layout>
);
