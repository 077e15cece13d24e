"""The keys of an issuer: files that only their owner can read, never shown, never published."""

from __future__ import annotations

import os
import re
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from smac_courses.errors import EnvironmentProblem, UsageError

_SECRET_BYTES = 32
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_NAME = re.compile(r"key-\d{4}-\d{1,4}")


@dataclass(frozen=True, slots=True)
class KeyFolder:
    """`keys/` of a store."""

    path: Path

    def new_key(self, name: str) -> bytes:
        """Make a key pair; returns the public one, 32 bytes."""
        key = Ed25519PrivateKey.generate()
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        self._write(f"{name}.pem", pem)
        return key.public_key().public_bytes_raw()

    def new_secret(self) -> None:
        """Make what names of certificates are derived from."""
        self._write("secret.bin", secrets.token_bytes(_SECRET_BYTES))

    def key(self, name: str) -> Ed25519PrivateKey:
        """A private key by its name. Raises UsageError and EnvironmentProblem."""
        if not _NAME.fullmatch(name):
            raise UsageError(f"'{name[:40]}' is no name of a key")
        data = self._read(f"{name}.pem")
        try:
            key = serialization.load_pem_private_key(data, password=None)
        except ValueError:
            raise EnvironmentProblem(f"{self.path / name}.pem is damaged: put it back from a copy") from None
        if not isinstance(key, Ed25519PrivateKey):
            raise EnvironmentProblem(f"{self.path / name}.pem holds another kind of key")
        return key

    def secret(self) -> bytes:
        """The secret. Raises EnvironmentProblem."""
        data = self._read("secret.bin")
        if len(data) != _SECRET_BYTES:
            raise EnvironmentProblem(f"{self.path / 'secret.bin'} is damaged: put it back from a copy")
        return data

    def _write(self, name: str, data: bytes) -> None:
        path = self.path / name
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        except FileExistsError:
            raise UsageError(f"{path} is there already: a key is never overwritten") from None
        except OSError as error:
            raise EnvironmentProblem(f"{path} cannot be written: {error.strerror}") from None

    def _read(self, name: str) -> bytes:
        path = self.path / name
        try:
            if os.name == "posix" and path.stat().st_mode & _OTHERS:
                raise EnvironmentProblem(f"others can read {path}: say `chmod 600 {path}`, and think of a new key")
            return path.read_bytes()
        except FileNotFoundError:
            raise UsageError(f"{path} is not there: `smac certify keys new` makes the first key") from None
        except OSError as error:
            raise EnvironmentProblem(f"{path} cannot be read: {error.strerror}") from None
