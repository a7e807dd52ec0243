/** HTTP for the SDK of Stripe: as by default, but an answer has a size limit and must be a JSON object. */
import type { IncomingMessage } from 'node:http';
import Stripe from 'stripe';
import { GatewayResponseInvalid } from '../../kernel/index.ts';
import { maxAnswerBytes } from './read-answer.ts';

const invalid = (what: string, cause?: unknown): GatewayResponseInvalid =>
  new GatewayResponseInvalid(`Stripe's answer ${what}.`, { cause });

const readText = async (body: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Leaving the loop destroys the stream, and with it the connection.
    if (size > maxAnswerBytes) throw invalid(`is larger than ${maxAnswerBytes / 1024 / 1024} MB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(`is not JSON (it begins with ${JSON.stringify(text.slice(0, 40))})`, error);
  }
};

const readObject = async (body: IncomingMessage): Promise<object> => {
  const value = parse(await readText(body));
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid(`is ${JSON.stringify(value).slice(0, 40)}, not an object`);
  return value;
};

/** Reads a body once, with a size limit. A connection that breaks meanwhile is reported as by the SDK: the answer was lost. */
const readBody = async (body: IncomingMessage): Promise<object> => {
  try {
    return await readObject(body);
  } catch (error) {
    throw error instanceof GatewayResponseInvalid ? error : Stripe.HttpClient.makeResponseBodyError(error);
  }
};

/** The HTTP client for the SDK of Stripe. */
export const createStripeTransport = (): NonNullable<Stripe.StripeConfig['httpClient']> => {
  const client = Stripe.createNodeHttpClient();
  const makeRequest = client.makeRequest.bind(client);
  client.makeRequest = async (...request) => {
    const response = await makeRequest(...request);
    return Object.assign(response, { toJSON: () => readBody(response.getRawResponse() as IncomingMessage) });
  };
  return client;
};
