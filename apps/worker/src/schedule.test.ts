import { pino } from 'pino';
import { expect, it, vi } from 'vitest';
import { startSchedule } from './schedule.ts';

it('a task whose run never ends is run again, and its name is logged', async () => {
  let lines = '';
  const run = vi
    .fn<() => Promise<void>>()
    .mockReturnValueOnce(new Promise(() => undefined))
    .mockResolvedValue();
  const log = pino({}, { write: (line: string) => void (lines += line) });
  const schedule = startSchedule([{ name: 'relay', everyMs: 5, limitMs: 20, run }], log);
  await vi.waitFor(() => expect(run.mock.calls.length).toBeGreaterThan(2), 30_000);
  await schedule.stop();
  expect(lines).toContain('relay did not end within 0.02 s');
});

it('runNow runs a failed task again at once', async () => {
  const run = vi.fn<() => Promise<void>>().mockRejectedValueOnce(new Error('away')).mockResolvedValue();
  const schedule = startSchedule([{ name: 'relay', everyMs: 3_600_000, run }], pino({ level: 'silent' }));
  schedule.runNow('relay');
  await vi.waitFor(() => expect(run).toHaveBeenCalledTimes(2), 30_000);
  await schedule.stop();
});
