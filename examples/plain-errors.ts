/** Preloaded by the commands of the examples: an error ends the program with its message, and not with a stack trace. */
process.on('uncaughtException', (error) => {
  const shop = process.env['SHOP_URL'] ? '' : ' Start a shop with `npm start`, or set SHOP_URL to its address.';
  console.error(`${error.message}${'code' in error && error.code === 'UNREACHABLE' ? shop : ''}`);
  process.exitCode = 1;
});
