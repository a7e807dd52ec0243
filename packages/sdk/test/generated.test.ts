import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { contract } from '@cartwright/contracts';
import { describe, expect, it } from 'vitest';
import { generatedFiles, referenceFolder, root } from '../scripts/generated.files.ts';

const files = generatedFiles();
const pageOf = (domain: string): string => files.get(`${referenceFolder}/${domain}.md`) ?? '';

describe('files generated from the contract', () => {
  it('the generated files are up to date; if not, run pnpm generate', () => {
    const stored = (file: string): string => (existsSync(path.join(root, file)) ? readFileSync(path.join(root, file), 'utf8') : '');
    expect([...files].filter(([file, text]) => stored(file) !== text).map(([file]) => file)).toEqual([]);
    const pages = readdirSync(path.join(root, referenceFolder)).map((name) => `${referenceFolder}/${name}`);
    expect(pages.filter((page) => !files.has(page))).toEqual([]);
  });
});

describe('the reference', () => {
  it('the reference has every procedure with its summary, and no broken link', () => {
    for (const [domain, entries] of Object.entries(contract))
      for (const [name, { summary }] of Object.entries(entries)) expect(pageOf(domain)).toContain(`## ${domain}.${name}\n\n${summary}.`);
    const anchorsOf = (page: string): Set<string> =>
      new Set([...page.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => title.toLowerCase().replaceAll('.', '').replaceAll(' ', '-')));
    for (const [file, text] of files)
      for (const [link, page = '', anchor = ''] of text.matchAll(/\]\(([\w-]*(?:\.md)?)#([\w-]+)\)/g)) {
        const target = page ? files.get(`${referenceFolder}/${page}`) : text;
        expect(anchorsOf(target ?? '').has(anchor), `${link} in ${file}`).toBe(true);
      }
  });

  it('the reference states access, REST path, idempotency and errors of a procedure', () => {
    const ship = pageOf('orders').split('## orders.ship')[1] ?? '';
    expect(ship).toContain('- Access: staff with `orders:manage` (roles: support, admin)');
    expect(ship).toContain('- REST: `POST /api/v1/orders/{orderId}/ship`');
    expect(pageOf('checkout')).toContain('- Idempotency: requires a key; the SDK generates it');
    expect(pageOf('checkout')).toContain('| `PAYMENT_DECLINED` | 402 | The payment was declined | no |');
  });

  it('the reference states type, necessity and meaning of a field, also in nested records', () => {
    const add = pageOf('carts').split('## carts.addItems')[1] ?? '';
    expect(add).toContain('| `items` | list of 1 to 1,000 object | required |');
    expect(add).toContain('| `items[].quantity` | integer 1 to 10,000 | required | Units, a whole number of 1 or more |');
    expect(pageOf('orders')).toContain('| `q` | text up to 254 characters | optional | Order number');
    expect(pageOf('models')).toContain('| `reservedUntil` | instant or null |  | When the hold on the units expires');
  });

  it('the reference describes every field: a new field needs a comment or a description in the contract', () => {
    const rows = [...files].flatMap(([file, page]) =>
      page.split(/^## /m).flatMap((section) => {
        const title = section.split('\n', 1)[0] ?? '';
        return [...section.matchAll(/^\|(?: `[A-Z_]+` \|)? `([^`|]*)` \|.*\|([^|]*)\|$/gm)].map(([, field = '', about = '']) => ({
          row: `${file}: ${title}: ${field}`,
          about: about.trim(),
        }));
      }),
    );
    expect(rows.length).toBeGreaterThan(1_500);
    expect(rows.filter(({ about }) => about === '').map(({ row }) => row)).toEqual([]);
  });
});
