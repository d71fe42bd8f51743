/** The server's promises about tasks (CONTRACT 3.2), in memory, behind a network that fails as it is told. */

import type { TaskRead } from '../../domain/task.ts';
import { length, strip } from '../../domain/text.ts';

export type Fault = 'request lost' | 'answer lost' | 'busy' | 'in use' | 'token ended' | null;

type Body = { title?: string; description?: string; completed?: boolean; tasks?: Body[] };
type Answer = { status: number; body?: unknown };
type Asked = { method: string; headers: Record<string, string>; body?: string };
type Row = TaskRead & { deleted_at: string | null };

export class FakeServer {
  rows = new Map<string, Row>();
  requests: string[] = [];
  refreshes = 0;
  fault: (request: string) => Fault = () => null;
  #answers = new Map<string, { request: string; answer: Answer }>();
  #clock = Date.UTC(2026, 0, 1);
  #ids = 0;
  #token = '';

  /** In place of the browser's. */
  readonly fetch = async (url: string, { method, headers, body }: Asked): Promise<Response> => {
    await new Promise((resolve) => setImmediate(resolve));
    const request = `${method} ${url}`;
    if (url === '/api/auth/refresh') return response(this.#refresh());
    const fault = this.fault(request);
    if (fault === 'request lost') throw new TypeError('Failed to fetch');
    if (fault === 'token ended') this.#token = '';
    if (headers.Authorization !== `Bearer ${this.#token}`) return response(problem(401, 'UNAUTHORIZED', 'Sign in first.'));
    if (fault === 'busy') return response(problem(503, 'DATABASE_UNAVAILABLE', 'Try again shortly.'));
    if (fault === 'in use') return response(problem(409, 'IDEMPOTENCY_KEY_IN_USE', 'Still running.'));
    this.requests.push(request);
    const answer = this.#once(request, headers, body);
    if (fault === 'answer lost') throw new TypeError('Failed to fetch');
    return response(answer);
  };

  /** The keys' life is over. */
  forgetKeys(): void {
    this.#answers.clear();
  }

  present(): Row[] {
    return [...this.rows.values()].filter((row) => row.deleted_at === null).toSorted((one, other) => one.number - other.number);
  }

  add(title: string, description = ''): Row {
    const now = this.#now();
    const id = `00000000-0000-7000-8000-${String(++this.#ids).padStart(12, '0')}`;
    const number = (this.present().at(-1)?.number ?? 0) + 1;
    const times = { created_at: now, updated_at: now, deleted_at: null };
    const row = { id, number, title: strip(title), description, completed: false, ...times };
    this.rows.set(id, row);
    return row;
  }

  /** As from another device. */
  change(id: string, changes: Partial<Row>): void {
    const row = this.rows.get(id);
    if (row) this.rows.set(id, { ...row, ...changes, updated_at: this.#now() });
  }

  #refresh(): Answer {
    const claims = btoa(JSON.stringify({ sub: 'ada', jti: ++this.refreshes }));
    this.#token = `head.${claims}.signature`;
    return { status: 200, body: { token: { access_token: this.#token, token_type: 'bearer', expires_in: 900 } } };
  }

  #once(request: string, headers: Record<string, string>, body?: string): Answer {
    const key = headers['Idempotency-Key'];
    const known = key === undefined ? undefined : this.#answers.get(key);
    if (known && known.request !== `${request} ${body}`) return problem(422, 'IDEMPOTENCY_KEY_REUSED', 'Another request has this key.');
    if (known) return known.answer;
    const answer = this.#act(request, headers, body === undefined ? {} : (JSON.parse(body) as Body));
    if (key !== undefined && answer.status < 300) {
      this.#answers.set(key, { request: `${request} ${body}`, answer: structuredClone(answer) });
    }
    return answer;
  }

  #act(request: string, headers: Record<string, string>, body: Body): Answer {
    const [, method = '', id, restored] = /^(\w+) \/api\/v1\/tasks(?:\/([^/?]+))?(\/restore)?/.exec(request) ?? [];
    if (request.startsWith('GET /api/v1/tasks?')) {
      return { status: 200, body: { tasks: structuredClone(this.present()), next_cursor: null } };
    }
    if (request.startsWith('GET /api/v1/tasks/deleted?')) {
      const deleted = [...this.rows.values()].filter((row) => row.deleted_at !== null);
      return { status: 200, body: { tasks: structuredClone(deleted), next_cursor: null } };
    }
    if (method === 'POST' && (id === undefined || id === 'batch')) return this.#create(id ? (body.tasks ?? []) : [body], id !== undefined);
    if (method === 'DELETE' && id === undefined) {
      const done = this.present().filter((row) => row.completed);
      for (const row of done) this.#bin(row);
      return { status: 200, body: { deleted: done.length } };
    }
    const row = this.rows.get(id ?? '');
    if (!row || (row.deleted_at === null) === Boolean(restored)) return problem(404, 'TASK_NOT_FOUND', 'You have no task with this id.');
    const match = headers['If-Match'];
    const version = `"${row.updated_at.replace(/\D/g, '')}"`;
    if (match !== undefined && match !== version) return problem(412, 'PRECONDITION_FAILED', 'The task has changed.');
    if (method === 'DELETE') {
      this.#bin(row);
      return { status: 204 };
    }
    if (method === 'GET') return { status: 200, body: { task: { ...row } } };
    const wrong = refused(body);
    if (wrong) return wrong;
    const { title, description = row.description, completed = row.completed } = body;
    const changes = { title: title === undefined ? row.title : strip(title), description, completed };
    this.change(row.id, restored ? { deleted_at: null } : changes);
    return { status: 200, body: { task: { ...this.rows.get(row.id) } } };
  }

  #create(drafts: Body[], many: boolean): Answer {
    const wrong = drafts.map(refused).find((one) => one !== null);
    if (wrong) return wrong;
    const made = drafts.map((draft) => ({ ...this.add(draft.title ?? '', draft.description) }));
    return { status: 201, body: many ? { tasks: made } : { task: made[0] } };
  }

  #bin(row: Row): void {
    this.rows.set(row.id, { ...row, deleted_at: this.#now() });
  }

  #now(): string {
    return new Date((this.#clock += 1)).toISOString().replace('Z', '000Z');
  }
}

function refused({ title }: Body): Answer | null {
  if (title === undefined || (strip(title) !== '' && length(strip(title)) <= 100)) return null;
  return problem(422, 'VALIDATION_ERROR', 'Title cannot be longer than 100 characters.');
}

function problem(status: number, error_code: string, detail: string): Answer {
  return { status, body: { status, error_code, detail } };
}

function response({ status, body }: Answer): Response {
  return new Response(body === undefined ? null : JSON.stringify(body), { status });
}
