import { pino } from 'pino';
import { expect, it, vi } from 'vitest';
import { startSchedule } from './schedule.ts';

it('begins a task anew whose run never ends, and says which one', async () => {
  let lines = '';
  const run = vi
    .fn<() => Promise<void>>()
    .mockReturnValueOnce(new Promise(() => undefined))
    .mockResolvedValue();
  const log = pino({}, { write: (line: string) => void (lines += line) });
  const schedule = startSchedule([{ name: 'relay', everyMs: 5, limitMs: 20, run }], log);
  await vi.waitFor(() => expect(run.mock.calls.length).toBeGreaterThan(2));
  await schedule.stop();
  expect(lines).toContain('relay did not end within 0.02 s');
});

it('begins a task anew that fails, and runs it at once when it is poked', async () => {
  const run = vi.fn<() => Promise<void>>().mockRejectedValueOnce(new Error('away')).mockResolvedValue();
  const schedule = startSchedule([{ name: 'relay', everyMs: 3_600_000, run }], pino({ level: 'silent' }));
  schedule.poke('relay');
  await vi.waitFor(() => expect(run).toHaveBeenCalledTimes(2));
  await schedule.stop();
});
