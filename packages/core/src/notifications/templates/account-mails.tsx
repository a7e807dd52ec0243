/** Mails about an account. */
import { Text } from 'react-email';
import { Layout } from './layout.tsx';

interface AccountMail {
  readonly firstName: string;
  readonly store: string;
}
const cell = { fontSize: '14px', lineHeight: '20px', margin: '4px 0' } as const;

export const Welcome = ({ firstName, store }: AccountMail) => (
  <Layout title={`Welcome, ${firstName}`} preview={`Your account at ${store} is ready`} store={store}>
    <Text style={cell}>Your account is ready. Sign in with this e-mail address to see your orders.</Text>
  </Layout>
);

export const RegistrationRepeated = ({ firstName, store }: AccountMail) => (
  <Layout title="You already have an account" preview="Somebody tried to register your address again" store={store}>
    <Text style={cell}>
      Hello {firstName}, somebody, perhaps you, tried to open an account with this e-mail address. You have one already; just sign in.
    </Text>
    <Text style={cell}>If that was not you, there is nothing to do: nothing has changed.</Text>
  </Layout>
);

export const SessionEnded = ({ firstName, store }: AccountMail) => (
  <Layout title="We signed one of your devices out" preview="A sign-in of yours was used in two places" store={store}>
    <Text style={cell}>
      Hello {firstName}, the key that keeps you signed in was used twice, which happens when somebody copies it. To be safe we ended that
      sign-in everywhere. Sign in again to go on.
    </Text>
    <Text style={cell}>If this comes again, change your password.</Text>
  </Layout>
);
