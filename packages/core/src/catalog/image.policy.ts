/** Where product images may be: https, on an allowed host when there is a list, never on an address of a private network. */
import { DomainError, type Core, type Tx } from '../kernel/index.ts';

const privateName = /^(localhost|.*\.(local|internal|localhost|lan|home\.arpa))$/i;

/** The reason why a URL may not be used for an image; null when it may. */
export const refuseImageUrl = (url: string, allowedHosts: readonly string[]): string | null => {
  if (!URL.canParse(url)) return 'is not a URL';
  const { protocol, hostname, username, password, port, pathname } = new URL(url);
  if (protocol !== 'https:') return 'must start with https://';
  if (username || password || port) return 'must not contain a user name, a password or a port';
  // A host that is a number is never a public image server, however the number is written.
  if (
    /^[\d.]+$/.test(hostname) ||
    hostname.startsWith('[') ||
    hostname.endsWith('.') ||
    privateName.test(hostname) ||
    !hostname.includes('.')
  )
    return 'must point to a public host';
  if (/\.svgz?$/i.test(pathname)) return 'must not be an SVG, because an SVG can contain scripts';
  const listed = allowedHosts.some((host) => hostname === host || (host.startsWith('*.') && hostname.endsWith(host.slice(1))));
  return allowedHosts.length > 0 && !listed ? `must be on the host ${allowedHosts.join(' or ')}` : null;
};

/** Throws `URL_NOT_ALLOWED`. */
export const assertImageUrl = ({ config }: Pick<Core | Tx, 'config'>, url: string, path: string): void => {
  const reason = refuseImageUrl(url, config.imageHosts);
  if (reason) throw new DomainError('URL_NOT_ALLOWED', `The image URL ${reason}.`, { fields: [{ path, message: reason }] });
};
