"""What a reviewer put into the folder of a package."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from penstock_kernel.packages.catalog import PackageRejected
from penstock_kernel.packages.packages import load_folder

EXAMPLES = Path(__file__).parents[3] / "examples" / "packages"


@pytest.mark.timeout(20)
def test_a_pipe_in_a_package_is_rejected_instead_of_being_waited_for(tmp_path: Path) -> None:
    folder = tmp_path / "shout"
    shutil.copytree(EXAMPLES / "acme-shout-py", folder)
    os.mkfifo(folder / "data.json")

    with pytest.raises(PackageRejected, match=r"data\.json") as caught:
        load_folder(folder, engine="0.1.0", sdk="0.1.0")

    assert caught.value.reason_code == "package.not_a_file"


@pytest.mark.timeout(20)
def test_a_manifest_that_is_a_link_is_rejected_before_it_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "shout"
    shutil.copytree(EXAMPLES / "acme-shout-py", folder)
    (folder / "node.toml").unlink()
    outside = tmp_path / "secret.toml"
    outside.write_text("password = 'hunter2'")
    (folder / "node.toml").symlink_to(outside)

    with pytest.raises(PackageRejected) as caught:
        load_folder(folder, engine="0.1.0", sdk="0.1.0")

    assert caught.value.reason_code == "package.link"
