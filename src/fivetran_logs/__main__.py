"""`python -m fivetran_logs`."""

from fivetran_logs.cli import main

if __name__ == "__main__":
    main()
