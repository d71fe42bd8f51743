"""`todo` on the command line."""

import gc
import sys


def main() -> int:
    """Run the command of `sys.argv` and answer its exit code."""
    # A call is over before there is garbage worth looking for; ten thousand tasks would have it looked for often.
    gc.disable()
    try:
        # Imported here, so that Ctrl-C is quiet from the start.
        from console.program import run

        return run(sys.argv[1:])
    except KeyboardInterrupt:
        return 130
    finally:
        gc.enable()


if __name__ == "__main__":
    sys.exit(main())
