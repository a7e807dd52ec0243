/** Security headers of pages, and the origins that may call the API (CORS). */
import { headers } from '@cartwright/contracts';
import cors from 'cors';
import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** Allows only this origin. The component libraries need inline styles; product images can be on any https origin. */
export const pageHeaders = (pictures: 'from here' | 'from anywhere'): RequestHandler =>
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', ...(pictures === 'from anywhere' ? ['https:'] : [])],
        fontSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        workerSrc: ["'self'", 'blob:'],
        frameSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    crossOriginEmbedderPolicy: false,
    referrerPolicy: { policy: 'no-referrer' },
  });

/** Allows exactly the listed origins; other origins get no CORS headers. */
export const crossOrigin = (allowed: readonly string[]): RequestHandler =>
  cors({
    origin: (origin, done) => done(null, origin !== undefined && allowed.includes(origin)),
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: [
      'content-type',
      'authorization',
      headers.idempotencyKey,
      headers.cartToken,
      headers.ifMatch,
      headers.requestId,
      'trpc-accept',
      'last-event-id',
    ],
    exposedHeaders: [headers.requestId, headers.idempotencyReplayed, 'retry-after', 'location', 'content-location', 'etag'],
    credentials: false,
    maxAge: 600,
  });
