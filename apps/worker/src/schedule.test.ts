import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startSchedule, type ScheduleOptions, type Task } from './schedule.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const log = pino({ level: 'silent' });
const task = (run: Task['run'], settings: Partial<Task> = {}): Task => ({
  name: 'relay',
  purpose: 'a task of a test',
  retry: { attempts: 1, firstPauseMs: 0, longestPauseMs: 0, jitter: 0 },
  everyMs: 1_000,
  schedulerMs: settings.everyMs ?? 1_000,
  timeoutMs: 20_000,
  of: 'shop',
  polled: true,
  ...settings,
  run,
});
const removeOld = async () => [];
const renewed = () => vi.fn<ScheduleOptions['renew']>().mockResolvedValue();

describe('a scheduled task', () => {
  it('a task whose run never ends is run again after its time-out, and its name is logged', async () => {
    let lines = '';
    const run = vi
      .fn<Task['run']>()
      .mockReturnValueOnce(new Promise(() => undefined))
      .mockResolvedValue(undefined);
    const schedule = startSchedule([task(run, { of: 'worker' })], {
      log: pino({}, { write: (line: string) => void (lines += line) }),
      renew: renewed(),
      removeOld,
    });
    await vi.advanceTimersByTimeAsync(20_000);
    expect(lines).toContain('relay did not end within 20 s');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(run).toHaveBeenCalledTimes(2);
    await schedule.stop();
  });

  it('runNow runs a task again as soon as its current run has failed', async () => {
    const first = Promise.withResolvers<void>();
    const run = vi.fn<Task['run']>().mockReturnValueOnce(first.promise).mockResolvedValue(undefined);
    const schedule = startSchedule([task(run)], { log, renew: renewed(), removeOld });
    schedule.runNow('relay');
    expect(run).toHaveBeenCalledTimes(1);
    first.reject(new Error('away'));
    await vi.advanceTimersByTimeAsync(0);
    expect(run).toHaveBeenCalledTimes(2);
    await schedule.stop();
  });

  it('a run that the queue gives to a worker is skipped while the task already runs there', async () => {
    const first = Promise.withResolvers<void>();
    const run = vi.fn<Task['run']>().mockReturnValueOnce(first.promise).mockResolvedValue(undefined);
    const schedule = startSchedule([task(run)], { log, renew: renewed(), removeOld });
    await schedule.runFromQueue('relay');
    expect(run).toHaveBeenCalledTimes(1);
    first.resolve();
    await vi.advanceTimersByTimeAsync(0);
    await schedule.runFromQueue('relay');
    expect(run).toHaveBeenCalledTimes(2);
    await schedule.runFromQueue('a task of a newer version');
    await schedule.stop();
    await schedule.runFromQueue('relay');
    expect(run).toHaveBeenCalledTimes(2);
  });

  it('a run that the queue gave fails with its error, so that the queue can repeat it', async () => {
    const run = vi.fn<Task['run']>().mockResolvedValueOnce(undefined).mockRejectedValueOnce(new Error('away')).mockResolvedValue(undefined);
    const schedule = startSchedule([task(run)], { log, renew: renewed(), removeOld });
    await vi.advanceTimersByTimeAsync(0);
    await expect(schedule.runFromQueue('relay')).rejects.toThrow('away');
    await schedule.runFromQueue('relay');
    expect(run).toHaveBeenCalledTimes(3);
    await schedule.stop();
  });

  it('a polled task whose run has failed runs again after its period', async () => {
    const run = vi.fn<Task['run']>().mockRejectedValueOnce(new Error('away')).mockResolvedValue(undefined);
    const schedule = startSchedule([task(run)], { log, renew: renewed(), removeOld });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(run).toHaveBeenCalledTimes(2);
    await schedule.stop();
  });

  it('a worker runs a polled task by itself only while the queue gives it no run', async () => {
    const run = vi.fn<Task['run']>().mockResolvedValue(undefined);
    const schedule = startSchedule([task(run)], { log, renew: renewed(), removeOld });
    for (let second = 0; second < 30; second += 1) {
      await vi.advanceTimersByTimeAsync(1_000);
      await schedule.runFromQueue('relay');
    }
    expect(run).toHaveBeenCalledTimes(31);
    await vi.advanceTimersByTimeAsync(10_999);
    expect(run).toHaveBeenCalledTimes(31);
    await vi.advanceTimersByTimeAsync(1);
    expect(run).toHaveBeenCalledTimes(32);
    await schedule.stop();
  });

  it('a task that is due more often than its job scheduler runs is polled, and the job scheduler is renewed only when it is silent', async () => {
    const run = vi.fn<Task['run']>().mockResolvedValue(undefined);
    const renew = renewed();
    const schedule = startSchedule([task(run, { schedulerMs: 60_000 })], { log, renew, removeOld });
    await vi.advanceTimersByTimeAsync(60_000);
    await schedule.runFromQueue('relay');
    expect(run).toHaveBeenCalledTimes(62);
    await vi.advanceTimersByTimeAsync(119_999);
    expect(renew).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(renew).toHaveBeenCalledTimes(2);
    await schedule.stop();
  });

  it.each([
    ['a second', 1_000],
    ['half a minute', 30_000],
    ['a quarter of an hour', 900_000],
  ])('a polled task with a period of %s comes at most a minute late without the queue', async (_name, everyMs) => {
    const run = vi.fn<Task['run']>().mockResolvedValue(undefined);
    const schedule = startSchedule([task(run, { everyMs })], { log, renew: renewed(), removeOld });
    await vi.advanceTimersByTimeAsync(everyMs + 60_000);
    expect(run.mock.calls.length).toBeGreaterThanOrEqual(2);
    await schedule.stop();
  });

  it('a task that is not polled waits for the queue, whose job scheduler is renewed', async () => {
    const run = vi.fn<Task['run']>().mockResolvedValue(undefined);
    const renew = renewed();
    const schedule = startSchedule([task(run, { polled: false })], { log, renew, removeOld });
    expect(run).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(11_000);
    expect(renew).toHaveBeenCalledTimes(2);
    expect(run).toHaveBeenCalledTimes(1);
    await schedule.stop();
  });

  it('a job scheduler that the queue did not accept is renewed within a minute, also that of a task of every hour', async () => {
    const renew = vi.fn<ScheduleOptions['renew']>().mockRejectedValueOnce(new Error('away')).mockResolvedValue();
    const schedule = startSchedule([task(vi.fn<Task['run']>().mockResolvedValue(undefined), { everyMs: 3_600_000, polled: false })], {
      log,
      renew,
      removeOld,
    });
    await vi.advanceTimersByTimeAsync(59_000);
    expect(renew).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(renew).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(renew).toHaveBeenCalledTimes(2);
    await schedule.stop();
  });

  it('renewals do not accumulate while the queue does not answer', async () => {
    const renew = vi.fn<ScheduleOptions['renew']>().mockReturnValue(new Promise(() => undefined));
    const tasks = [task(async () => undefined), task(async () => undefined, { name: 'expire orders' })];
    const schedule = startSchedule(tasks, { log, renew, removeOld });
    await vi.advanceTimersByTimeAsync(600_000);
    expect(renew).toHaveBeenCalledTimes(1);
    await schedule.stop();
  });

  it('old job schedulers are removed at the start, and later at most once an hour, when the queue gives a run of an unknown task', async () => {
    const remove = vi.fn<ScheduleOptions['removeOld']>().mockResolvedValue([]).mockRejectedValueOnce(new Error('away'));
    const schedule = startSchedule([task(async () => undefined)], { log, renew: renewed(), removeOld: remove });
    const unknownRun = async () => {
      await schedule.runFromQueue('a task of an older version');
      await vi.advanceTimersByTimeAsync(0);
    };
    await vi.advanceTimersByTimeAsync(0);
    expect(remove).toHaveBeenCalledTimes(1);
    // The first removal has failed.
    await unknownRun();
    expect(remove).toHaveBeenCalledTimes(2);
    await unknownRun();
    expect(remove).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(remove).toHaveBeenCalledTimes(2);
    await unknownRun();
    expect(remove).toHaveBeenCalledTimes(3);
    await schedule.stop();
  });

  it('every worker runs its own tasks without the queue', async () => {
    const run = vi.fn<Task['run']>().mockResolvedValue(undefined);
    const renew = renewed();
    const schedule = startSchedule([task(run, { name: 'watch consumers', of: 'worker' })], { log, renew, removeOld });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(run).toHaveBeenCalledTimes(6);
    expect(renew).not.toHaveBeenCalled();
    await schedule.stop();
  });
});
