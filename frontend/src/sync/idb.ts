/** The little of IndexedDB that is needed, in promises. */

const STORES = ['kept', 'edits', 'returned'] as const;
export type Store = (typeof STORES)[number];
export type Write = { store: Store; key: string; put?: unknown };

/** Null where there is none: private windows, blocked site data. */
export function open(name: string): Promise<IDBDatabase | null> {
  return new Promise((resolve) => {
    try {
      const request = indexedDB.open(name, 2);
      request.onupgradeneeded = () => {
        const present = request.result.objectStoreNames;
        for (const store of STORES) if (!present.contains(store)) request.result.createObjectStore(store);
      };
      request.onsuccess = () => {
        // Another tab deletes it at sign-out: a connection left open would block that for ever.
        request.result.onversionchange = () => request.result.close();
        resolve(request.result);
      };
      request.onerror = request.onblocked = () => resolve(null);
    } catch {
      resolve(null);
    }
  });
}

export async function read(database: IDBDatabase, store: Store, key: string): Promise<unknown> {
  return answer(database.transaction(store).objectStore(store).get(key));
}

/** Of those whose keys begin so, where that is asked for. */
export async function readAll(database: IDBDatabase, store: Store, prefix?: string): Promise<unknown[]> {
  const range = prefix === undefined ? null : IDBKeyRange.bound(prefix, `${prefix}\uffff`);
  return answer(database.transaction(store).objectStore(store).getAll(range));
}

/** All or none. A write without `put` deletes. */
export function write(database: IDBDatabase, writes: readonly Write[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORES, 'readwrite');
    for (const { store, key, put } of writes) {
      if (put === undefined) transaction.objectStore(store).delete(key);
      else transaction.objectStore(store).put(put, key);
    }
    // Said now, not when the browser finds that nothing more comes: the page may be closing.
    transaction.commit();
    finished(transaction, resolve, reject);
  });
}

/** Reads and writes one value in one transaction; `next` returns undefined to leave it. Whether it was written. */
export function exchangeValue(database: IDBDatabase, key: string, next: (now: unknown) => unknown): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction('kept', 'readwrite');
    const store = transaction.objectStore('kept');
    let written = false;
    const request = store.get(key);
    request.onsuccess = () => {
      const value = next(request.result);
      if (value === undefined) return;
      written = true;
      store.put(value, key);
    };
    finished(transaction, () => resolve(written), reject);
  });
}

export function remove(database: IDBDatabase): Promise<void> {
  return new Promise((resolve, reject) => {
    // Emptied first: the deletion waits for other tabs, and must not leave texts behind if this one closes.
    const transaction = database.transaction(STORES, 'readwrite');
    for (const store of STORES) transaction.objectStore(store).clear();
    finished(transaction, resolve, reject);
    database.close();
    indexedDB.deleteDatabase(database.name);
  });
}

function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function finished(transaction: IDBTransaction, resolve: () => void, reject: (error: unknown) => void): void {
  transaction.oncomplete = () => resolve();
  transaction.onerror = transaction.onabort = () => reject(transaction.error);
}
