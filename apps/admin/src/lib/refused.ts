/** An error of the admin itself. Its message is shown to the user. */
export class Refused extends Error {
  override readonly name = 'Refused';
}
