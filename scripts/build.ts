/** `npm run build`: builds the changed packages, on any machine with Node 18 and npm. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');

/** Builds the changed packages. Returns the error output; null when the build succeeded. */
export const build = (): string | null => {
  const turbo = spawnSync('turbo', ['run', 'build', '--output-logs=errors-only'], { cwd: root, encoding: 'utf8' });
  return turbo.status === 0 ? null : `The build failed:\n${turbo.error?.message ?? ''}${turbo.stdout ?? ''}${turbo.stderr ?? ''}`;
};

if (import.meta.main) {
  const complaint = build();
  if (complaint !== null) {
    process.stderr.write(`${complaint}\n`);
    process.exitCode = 1;
  }
}
