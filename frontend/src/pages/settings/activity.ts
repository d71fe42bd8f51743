/** What the server notes of an account, in words. */

import type { Happening } from '../../security.ts';

const sentences: Record<string, string> = {
  account_created: 'Account created',
  signed_in: 'Signed in',
  sign_in_refused: 'Sign-in refused: wrong password',
  second_factor_refused: 'Refused: wrong one-time code, after the right password',
  signed_out: 'Signed out',
  session_ended: 'Signed out another device',
  refresh_token_replayed: 'Session ended: an old key of it was used again',
  password_refused: 'Change refused: wrong password',
  password_changed: 'Password changed',
  email_changed: 'E-mail address changed',
  name_changed: 'Name changed',
  token_created: 'Access token created',
  token_deleted: 'Access token deleted',
  second_factor_enabled: 'Second factor switched on',
  second_factor_disabled: 'Second factor switched off',
  recovery_code_used: 'Recovery code used',
  recovery_codes_renewed: 'Recovery codes replaced',
  account_deactivated: 'Account deactivated',
  account_activated: 'Account activated again',
  admin_granted: 'Made an admin: may see how the server is doing',
  admin_revoked: 'No longer an admin',
};

/** One line; a kind that this page does not know yet stays as the server calls it. */
export function sentence({ kind, detail }: Pick<Happening, 'kind' | 'detail'>): string {
  if (kind === 'access_refused') return `Refused: ${beyond(detail ?? '')}`;
  if (kind === 'password_refused' && detail === 'none') return 'Change refused: no password was given';
  const words = sentences[kind] ?? kind;
  return kind === 'token_created' && detail ? `${words}: ${detail}` : words;
}

/** What was tried, by the call that the server names: `METHOD /path`. */
function beyond(call: string): string {
  if (call.includes(' /api/v1/tasks')) return 'a change of somebody else’s task';
  if (call.endsWith(' /api/v1/status')) return 'how the server is doing, which admins alone may see';
  return `an access token was used for more than tasks (${call})`;
}
