"""Where our own files are: those that are read, or handed to another program. No other module of the app asks.

What runs in a worker has worker/child/own_paths.py, since it can't import this.
"""

from pathlib import Path

UI = Path(__file__).resolve().parents[2]
"""The package, in a checkout as when it is installed."""
APP = UI / "app.py"
"""What Streamlit runs."""
ICON = UI / "icon.svg"
"""A file of ours: Streamlit would load an emoji or a Material symbol from another server."""
PAGE_STYLE = UI / "screens" / "page.css"
"""Our changes to the style of Streamlit's own page."""
COMPONENTS = UI / "components"
"""Where the scripts and styles of components are, beside the Python that uses them."""
LESSONS = UI / "lessons"
"""Where the texts and programs of lessons are."""
SAMPLE_GRAPHS = UI.parent / "graphs" / "langgraph.json"
"""The project of the sample graphs, which lies beside the package in a checkout and when installed."""
WORKER = UI / "timetravel" / "worker" / "child" / "main.py"
"""The program that a worker runs."""
GUARD = UI / "timetravel" / "ground" / "guard_program.py"
"""The program that removes what is left when the app is killed."""
POSTGRES_GUARD = UI / "services" / "embedded_postgres" / "guard.py"
"""The program that ends an embedded PostgreSQL when the app is killed."""
