/**
 * Imported before anything else: the templates of mails are drawn by React, whose development build takes three
 * times as long, and which must be told before its first module is loaded.
 */
process.env['NODE_ENV'] ??= 'production';
