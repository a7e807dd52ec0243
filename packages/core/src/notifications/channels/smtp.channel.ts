/** Mail by SMTP, through nodemailer. */
import { createTransport } from 'nodemailer';
import type { MailChannel } from '../../kernel/index.ts';

/** Sends the id of the notification as Message-ID, so that receivers and gateways can detect repeats. */
export const createSmtpChannel = (url: string, from: string): MailChannel => {
  const transport = createTransport({ url, connectionTimeout: 10_000, socketTimeout: 20_000 }, { from });
  return {
    send: async ({ id, to, subject, html, text }) => {
      await transport.sendMail({ to, subject, html, text, messageId: `<${id}@cartwright>` });
    },
  };
};

/** Signs in at a mail server without sending anything. Rejects with the message of the server. */
export const verifySmtp = async (url: string): Promise<void> => {
  const transport = createTransport({ url, connectionTimeout: 3_000, greetingTimeout: 3_000, socketTimeout: 5_000 });
  try {
    await transport.verify();
  } finally {
    transport.close();
  }
};
