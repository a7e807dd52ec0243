export {
  queueNames,
  queues,
  retries,
  taskNames,
  tasks,
  type JobPayload,
  type QueueName,
  type QueueSettings,
  type TaskName,
  type TaskSettings,
} from './jobs.ts';
