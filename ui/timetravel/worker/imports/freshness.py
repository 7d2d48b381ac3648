"""Decides whether an import done now would read the same files as when it was done."""

from typing import Any

from ui.timetravel.worker.child.shared.files.file_stamps import changed_since, file_stamp, modules_in, names_in
from ui.timetravel.worker.child.shared.protocol import Message


class Freshness:
    """The files that one import depended on, from the message "imported". Not safe to use from several threads."""

    def __init__(self, message: Message) -> None:
        self.began: int = message["began"]
        self.template_changed: bool = message["template"]
        self._files: dict[str, list[int] | None] = message["files"]
        self._folders: dict[str, list[Any]] = message["folders"]
        self._packages: dict[str, int] = message["packages"]
        self._listed: dict[str, list[str]] = message["listed"]
        self.changed_meanwhile = any(changed_since(stamp, self.began) for stamp in self._files.values() if stamp)
        """Whether a file was changed while it may have been read: it is not known which version was read."""

    def holds(self) -> bool:
        """Whether all files are unchanged, and no file has appeared where one was looked for and not found.

        Takes some milliseconds for thousands of files.
        """
        return (
            not self.template_changed
            and not self.changed_meanwhile
            and all((file_stamp(folder) or [0])[0] == when for folder, when in self._packages.items())
            and all(file_stamp(file) == stamp for file, stamp in self._files.items())
            and all(self._folder_holds(folder) for folder in self._folders)
            and all(names_in(folder) == names for folder, names in self._listed.items())
        )

    def _folder_holds(self, folder: str) -> bool:
        stamp, wanted, modules = self._folders[folder]
        now = file_stamp(folder)
        if now == stamp:
            return True
        if modules_in(folder, frozenset(wanted)) != modules:
            return False
        self._folders[folder][0] = now
        return True
