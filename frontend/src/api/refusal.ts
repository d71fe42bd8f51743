/** What a call can end in besides its answer. */

export type FieldProblem = { field: string; message: string };

/** The server said no, in its own sentence (RFC 9457). */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly sentence: string;
  readonly errors: FieldProblem[];
  /** Seconds. */
  readonly retryAfter: number | null;

  constructor(status: number, code: string, sentence: string, errors: FieldProblem[] = [], retryAfter: number | null = null) {
    super(sentence);
    this.name = 'Refusal';
    this.status = status;
    this.code = code;
    this.sentence = sentence;
    this.errors = errors;
    this.retryAfter = retryAfter;
  }
}

/** No answer of the server's own: the network, a proxy, or too long a wait. */
export class Unreachable extends Error {
  constructor(cause?: unknown) {
    super('The server cannot be reached.', { cause });
    this.name = 'Unreachable';
  }
}

const PROXY_STATUSES = new Set([502, 503, 504]);

/** What an answer that is no success says. */
export async function refusalIn(response: Response): Promise<Refusal | Unreachable> {
  const body: unknown = await response.json().catch(() => null);
  const problem = isRecord(body) ? body : {};
  if (typeof problem.error_code !== 'string' && PROXY_STATUSES.has(response.status)) return new Unreachable();
  const wait = Number.parseInt(response.headers.get('Retry-After') ?? '', 10);
  return new Refusal(
    response.status,
    typeof problem.error_code === 'string' ? problem.error_code : '',
    typeof problem.detail === 'string' ? problem.detail : `The server answered ${response.status}.`,
    Array.isArray(problem.errors) ? problem.errors.filter(isFieldProblem) : [],
    Number.isNaN(wait) ? null : wait,
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isFieldProblem(value: unknown): value is FieldProblem {
  return isRecord(value) && typeof value.field === 'string' && typeof value.message === 'string';
}
