/** Names that nothing else has. `crypto.randomUUID` is absent where the page came over plain http. */

export function randomName(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const NEW = 'new-';

export function newId(): string {
  return NEW + randomName();
}

export function isNew(id: string): boolean {
  return id.startsWith(NEW);
}
