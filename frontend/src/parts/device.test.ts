import assert from 'node:assert/strict';
import { test } from 'node:test';
import { device } from './device.ts';

test('browsers are named with their systems', () => {
  assert.equal(device('Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'), 'Firefox on Linux');
  assert.equal(device('Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/156.0 Safari/537.36 Edg/156.0'), 'Edge on Windows');
  assert.equal(device('Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Safari/604.1'), 'Safari on iPhone');
});

test('what is not known stays as it is', () => assert.equal(device('todo-console/1.0'), 'todo-console/1.0'));

test('nothing is said', () => assert.equal(device(null), 'An unknown device'));
