/** Where product images may lie: https, on a host of the list when there is one, never on an address of a private network. */
import { DomainError, type Core, type Tx } from '../kernel/index.ts';

const privateName = /^(localhost|.*\.(local|internal|localhost|lan|home\.arpa))$/i;

/** Why an address may not be used for an image; null when it may. */
export const refuseImageUrl = (url: string, allowedHosts: readonly string[]): string | null => {
  if (!URL.canParse(url)) return 'is not an address';
  const { protocol, hostname, username, password, port, pathname } = new URL(url);
  if (protocol !== 'https:') return 'must start with https://';
  if (username || password || port) return 'must not name a user or a port';
  // A host that is a number is never a shop's picture server, whichever way the number is written.
  if (
    /^[\d.]+$/.test(hostname) ||
    hostname.startsWith('[') ||
    hostname.endsWith('.') ||
    privateName.test(hostname) ||
    !hostname.includes('.')
  )
    return 'must name a public host';
  if (/\.svgz?$/i.test(pathname)) return 'must not be an SVG, which can carry script';
  const listed = allowedHosts.some((host) => hostname === host || (host.startsWith('*.') && hostname.endsWith(host.slice(1))));
  return allowedHosts.length > 0 && !listed ? `must lie on ${allowedHosts.join(' or ')}` : null;
};

/** Throws `URL_NOT_ALLOWED`. */
export const assertImageUrl = ({ config }: Pick<Core | Tx, 'config'>, url: string, path: string): void => {
  const reason = refuseImageUrl(url, config.imageHosts);
  if (reason) throw new DomainError('URL_NOT_ALLOWED', `The address of the image ${reason}.`, { fields: [{ path, message: reason }] });
};
