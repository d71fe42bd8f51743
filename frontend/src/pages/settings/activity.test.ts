import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sentence } from './activity.ts';

test('what was refused is told by what was tried', () => {
  const told = (kind: string, detail: string | null) => sentence({ kind, detail });
  assert.equal(told('access_refused', 'PATCH /api/v1/tasks/{task_id}'), 'Refused: a change of somebody else’s task');
  assert.equal(told('access_refused', 'GET /api/v1/status'), 'Refused: how the server is doing, which admins alone may see');
  assert.equal(told('access_refused', 'DELETE /api/auth/me'), 'Refused: an access token was used for more than tasks (DELETE /api/auth/me)');
  assert.equal(told('password_refused', null), 'Change refused: wrong password');
  assert.equal(told('password_refused', 'none'), 'Change refused: no password was given');
});

test('a name is told, and a kind of a later server stays as it is called', () => {
  assert.equal(sentence({ kind: 'token_created', detail: '<b>عربي</b> 🌱' }), 'Access token created: <b>عربي</b> 🌱');
  assert.equal(sentence({ kind: 'admin_granted', detail: null }), 'Made an admin: may see how the server is doing');
  assert.equal(sentence({ kind: 'something_new', detail: null }), 'something_new');
});
