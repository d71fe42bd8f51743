import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Task } from '../domain/task.ts';
import { Blocks } from './blocks.ts';

function task(number: number, title = `Task ${number}`): Task {
  const now = '2026-01-01T00:00:00.000000Z';
  const id = String(number);
  return { id, key: id, number, title, description: '', completed: false, created_at: now, updated_at: now, waiting: false };
}

/** A disk that takes what it is given. */
class Disk {
  records = new Map<string, unknown>();

  keep(blocks: Blocks, tasks: Task[]): string[] {
    const writes = blocks.differing(tasks);
    for (const { key, put } of writes) {
      if (put === undefined) this.records.delete(key);
      else this.records.set(key, structuredClone(put));
    }
    return writes.flatMap(({ key, put }) => (put === undefined ? [] : [key]));
  }

  read(blocks = new Blocks()): Task[] | null {
    return blocks.read([...this.records.keys()].sort().map((key) => structuredClone(this.records.get(key))));
  }
}

const many = (count: number): Task[] => Array.from({ length: count }, (_, place) => task(place + 1));

test('a change writes its block alone', () => {
  const disk = new Disk();
  const blocks = new Blocks();
  const tasks = many(6000);
  assert.equal(disk.keep(blocks, tasks).length, 13);
  const changed = tasks.with(5200, task(5201, 'Another'));
  assert.deepEqual(disk.keep(blocks, changed), ['tasks 0000000000010']);
  assert.deepEqual(disk.keep(blocks, changed), []);
  assert.deepEqual(disk.read(), changed);
});

test('what was read is not written again', () => {
  const disk = new Disk();
  disk.keep(new Blocks(), many(1200));
  const blocks = new Blocks();
  const read = disk.read(blocks) ?? [];
  assert.deepEqual(disk.keep(blocks, read), []);
  assert.deepEqual(disk.keep(blocks, read.slice(1)), ['tasks 0000000000000']);
});

test('a block whose tasks are gone goes', () => {
  const disk = new Disk();
  const blocks = new Blocks();
  disk.keep(blocks, many(1200));
  disk.keep(blocks, many(400));
  assert.equal(disk.records.size, 1);
  disk.keep(blocks, []);
  assert.deepEqual(disk.read(), []);
});

test('all is written after a write that failed', () => {
  const blocks = new Blocks();
  const tasks = many(700);
  blocks.differing(tasks);
  blocks.forget();
  assert.equal(new Disk().keep(blocks, tasks).length, 2);
});

test('the record of the first version is read, and replaced', () => {
  const disk = new Disk();
  const tasks = many(3);
  disk.records.set('tasks', { version: 1, tasks });
  const blocks = new Blocks();
  assert.deepEqual(disk.read(blocks), tasks);
  disk.keep(blocks, tasks);
  assert.deepEqual([...disk.records.keys()], ['tasks 0000000000000']);
  assert.deepEqual(disk.read(), tasks);
});

test('what cannot be read is none', () => {
  const disk = new Disk();
  assert.equal(disk.read(), null);
  for (const wrong of [null, 'x', { version: 3, block: 0, tasks: [] }, { version: 2, tasks: [] }]) {
    disk.records.set('tasks', wrong);
    assert.equal(disk.read(), null);
  }
});
