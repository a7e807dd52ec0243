export {
  queueNames,
  queues,
  retries,
  shortestSchedulerMs,
  taskNames,
  tasks,
  type JobPayload,
  type QueueName,
  type QueueSettings,
  type TaskName,
  type TaskSettings,
} from './jobs.ts';
