/** Calls the REST API as any HTTP client would. */
/** A response of the REST API. */
export interface RestAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}
/** A request to the REST API. */
export interface RestRequest {
  readonly method: string;
  /** Under `/api/v1`. */
  readonly path: string;
  /** An object is sent as JSON, text as it is. */
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** Returns the response with any status; rejects when the connection breaks before the response. */
export const restCall = async (url: string, { method, path, body, headers }: RestRequest): Promise<RestAnswer> => {
  const answer = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
};
