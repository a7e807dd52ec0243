/** Requests and answers that are Express's own from the start. */
import { IncomingMessage, ServerResponse, type ServerOptions } from 'node:http';
import type { Express } from 'express';

/**
 * Classes for `createServer` of `node:http`. Express gives each request and each answer another prototype, after which V8 takes the
 * slow way to everything in them: a fifth of what Express costs. Objects that are born with that prototype need no other.
 */
export const bornForExpress = (app: Express): Pick<ServerOptions, 'IncomingMessage' | 'ServerResponse'> => {
  class ShopRequest extends IncomingMessage {}
  class ShopResponse extends ServerResponse {}
  app.request = Object.setPrototypeOf(ShopRequest.prototype, app.request) as typeof app.request;
  app.response = Object.setPrototypeOf(ShopResponse.prototype, app.response) as typeof app.response;
  return { IncomingMessage: ShopRequest, ServerResponse: ShopResponse as typeof ServerResponse };
};
