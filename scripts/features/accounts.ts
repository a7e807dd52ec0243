/** Units of accounts, sign-in and permissions. */
import { notBuilt, feature, type FeatureArea } from './feature.ts';

export const accounts: FeatureArea = {
  name: 'Accounts and access',
  features: [
    feature(
      'bearer tokens and the published keys that verify them',
      'auth.verify authenticate getJwks rotateSigningKey',
      'an access token … is rejected',
      'others can verify an access token with the published key, which contains no private part',
      'the server publishes the public keys of its tokens and no private key',
      'a signing key is removed a day after it was replaced',
    ),
    feature(
      'the caller of a request, refused at once when suspended',
      'auth.me authenticate',
      'suspending an account ends its access in the middle of a session',
      'a valid token has no staff permissions after the account is suspended',
    ),
    feature(
      'access and refresh tokens with their lifetimes and claims',
      'auth.login auth.refresh',
      'a refresh token is valid for seven days and so is each successor; the session lasts thirty days',
      'verifying an access token returns its account, role, scopes and expiry',
    ),
    feature(
      'sign-out and revocation',
      'auth.logout',
      'an access token is rejected as soon as its session is signed out',
      'a refresh token becomes invalid with its session',
    ),
    feature(
      'refresh with rotation; a reused token ends the session',
      'auth.refresh',
      'a refresh token is exchanged for a new pair of the same session',
      'a reused refresh token ends the session for everybody once its successor was used',
      'a refresh token sent twenty times at once has at most one successor',
    ),
    feature(
      'scopes and roles; customers reach only what is theirs',
      'orders.get payments.refund',
      'a customer gets 403 from every procedure that needs a scope',
      'a support member gets 403 from procedures whose scope support lacks',
      '… gets the same status and body for records of others as for absent ones, and changes nothing',
    ),
    feature(
      'registration, sign-in and the own account',
      'auth.register auth.login auth.me',
      'registering a known address returns the same response, leaves the account unchanged and notifies its owner',
      'each sign-in opens its own session',
    ),
    feature(
      'password hashes and rules, lockout, equal answers and times',
      'signIn registerCustomer',
      'passwords are hashed with argon2id, a salt and the cost that OWASP recommends',
      'a password is rejected when it is …',
      'ten failed sign-ins lock an address, known or not, for longer each time and never permanently',
      'sign-in takes the same CPU time whether or not the address has an account',
    ),
    feature(
      'the first administrator',
      'auth.setup auth.createOwner createAdmin',
      'ten simultaneous set-ups create one administrator',
      'create-admin creates one account when it is called ten times at once with one address',
    ),
    notBuilt('verification of e-mail addresses and password reset'),
    feature(
      'fields of an account, personal data sealed',
      'auth.me checkSealedValues',
      'personal data is readable in no table and no log after a registration, a purchase, a repeat, a decline and a mail',
    ),
    notBuilt('address books'),
    notBuilt('account states that staff change: suspend, reinstate, deactivate'),
    notBuilt('profiles: users.get, users.update, users.list'),
    feature('events of accounts', 'user.registered', 'events announce a new account'),
    feature(
      'rate limits per user, address and procedure, with Retry-After',
      'RateLimiter',
      'a rate limit allows exactly its number of concurrent calls, and then says when to retry',
      'processes that use one store share a rate limit',
      'a batch counts against the rate limit by its calls, and its refusal has Retry-After',
    ),
  ],
};
