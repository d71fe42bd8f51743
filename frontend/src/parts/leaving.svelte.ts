/** Signing out, which loses nothing unless the person says so. */
import { signOut, StillWaiting } from '../session.svelte';

class Leaving {
  /** How many changes would be lost; null while nobody is asked. */
  losing = $state<number | null>(null);

  leave = async (lose = false): Promise<void> => {
    this.losing = null;
    try {
      await signOut(lose);
    } catch (problem) {
      if (!(problem instanceof StillWaiting)) throw problem;
      this.losing = problem.count;
    }
  };

  stay = (): void => {
    this.losing = null;
  };
}

export const leaving = new Leaving();
