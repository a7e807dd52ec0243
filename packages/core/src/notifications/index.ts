export { getMail, listMails } from './mailbox.queries.ts';
export { notifyConsumer } from './notify.consumer.ts';
export { failNotification, findStaleNotifications, sendNotification } from './send-notification.ts';
