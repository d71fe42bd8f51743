/** Local storage, which a browser may refuse: then each visit waits for the server. */

export const memory = {
  get(name: string): string | null {
    try {
      return localStorage.getItem(name);
    } catch {
      return null;
    }
  },
  set(name: string, value: string): void {
    try {
      localStorage.setItem(name, value);
    } catch {
      // Full or blocked: nothing depends on it.
    }
  },
  remove(name: string): void {
    try {
      localStorage.removeItem(name);
    } catch {
      // Blocked: then nothing was there.
    }
  },
};
