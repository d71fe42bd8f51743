"""What is counted. The names are public: docs/monitoring.md explains each, alerts and dashboard use them."""

from api.telemetry.instruments import Counter, Gauge, Histogram
from api.telemetry.requests import Requests

_WAITS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 25.0)
_LAGS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)

pool_size = Gauge("todo_pool_connections_max", "Database connections that the pools may open.")
pool_used = Gauge("todo_pool_connections_in_use", "Database connections that are lent to requests.")
pool_idle = Gauge("todo_pool_connections_idle", "Database connections that are open and lent to nobody.")
pool_waiting = Gauge("todo_pool_waiting", "Requests that wait for a database connection.")
pool_wait = Histogram("todo_pool_wait_seconds", "How long requests waited for a database connection.", _WAITS)

RETRY_CAUSES = ("link", "serialization", "deadlock", "lock_timeout", "changed_type", "commit_unanswered", "other")
retries = Counter(
    "todo_database_retries_total", "Units of work that were repeated.", label="cause", values=RETRY_CAUSES
)
UNAVAILABLE = ("database_unavailable", "storage_full", "overloaded", "sign_in_service_unavailable", "other")
unavailable = Counter("todo_unavailable_total", "Requests that were answered 503.", label="reason", values=UNAVAILABLE)
LOGIN_OUTCOMES = (
    "success",
    "invalid_credentials",
    "second_factor_required",
    "invalid_second_factor",
    "rate_limited",
    "validation_error",
    "unavailable",
    "other",
)
logins = Counter("todo_logins_total", "Attempts to sign in.", label="outcome", values=LOGIN_OUTCOMES)
cross_owner = Counter("todo_cross_owner_refusals_total", "Writes to somebody else's task that were refused (403).")
bugs = Counter("todo_internal_errors_total", "Requests that failed by a fault of the program (500).")

password_waiting = Gauge("todo_password_hashing_waiting", "Passwords that are hashed or wait for it.")
loop_lag = Histogram(
    "todo_event_loop_lag_seconds", "How much later than it should the event loop came to a timer.", _LAGS
)

workers = Gauge("todo_workers", "Processes that serve.")
started = Gauge("todo_start_time_seconds", "When the server was started, in seconds since 1970.")
memory = Gauge("todo_memory_bytes", "Resident memory of the processes that serve.")
processor = Gauge("todo_cpu_seconds", "Processor time of the processes that serve now.")
worker_restarts = Counter("todo_worker_restarts_total", "Processes that died and were replaced.")
postgres_restarts = Counter(
    "todo_postgres_restarts_total", "How often the PostgreSQL inside died and was started again."
)
WAL = ("synchronous", "asynchronous")
wal = Gauge(
    "todo_wal_receiving",
    "1 for how the log of the PostgreSQL inside is received; 0 for both where it is not.",
    label="how",
    values=WAL,
)
wal_fallbacks = Counter(
    "todo_wal_fallbacks_total",
    "How often the receiver of the log did not confirm, so that changes no longer waited for it.",
)
over_budget = Gauge("todo_backup_over_budget", "1 while backups and log take more room than they were granted.")

requests = Requests()
