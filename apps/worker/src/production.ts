/**
 * Must be imported first: React renders the mail templates, and its development build takes three times as long. React chooses
 * its build when its first module is loaded.
 */
process.env['NODE_ENV'] ??= 'production';
