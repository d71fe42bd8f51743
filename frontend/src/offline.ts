/** Lets the page open without network, where the browser allows it: over https, or on the machine itself. */

type Policy = { createScriptURL(url: string): string };
type Factory = { createPolicy(name: string, rules: Policy): Policy };

const ADDRESS = '/sw.js';

// The address of a worker is code to the browser: the page's policy wants it from a policy with this name.
const policies = (globalThis as { trustedTypes?: Factory }).trustedTypes;
const only = { createScriptURL: () => ADDRESS };

function keepPage(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  const policy = policies?.createPolicy('todo-worker', only) ?? only;
  // Without it the page works as well, only not offline.
  navigator.serviceWorker.register(policy.createScriptURL(ADDRESS)).catch(() => undefined);
}

keepPage();
