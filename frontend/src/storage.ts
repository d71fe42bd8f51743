/** What this browser remembers. One that refuses remembers nothing, and nothing else breaks. */

type Place = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

function careful(place: () => Storage): Place & { keys(): string[] } {
  const attempt = <Found>(work: (storage: Storage) => Found, otherwise: Found): Found => {
    try {
      return work(place());
    } catch {
      return otherwise;
    }
  };
  return {
    getItem: (key) => attempt((storage) => storage.getItem(key), null),
    setItem: (key, text) => attempt((storage) => storage.setItem(key, text), undefined),
    removeItem: (key) => attempt((storage) => storage.removeItem(key), undefined),
    keys: () => attempt((storage) => Object.keys(storage), []),
  };
}

export const browser = careful(() => localStorage);
export const tab = careful(() => sessionStorage);
