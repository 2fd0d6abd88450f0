"""Model fields that every app may use."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import FieldError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from core import encryption


class Sealed(str):
    """Ciphertext as the database holds it, not yet opened."""


class _OpensOnAccess:
    """Opens the value when somebody reads the attribute, so a list of rows costs no decryption."""

    def __init__(self, field: "EncryptedTextField") -> None:
        self.field = field

    def __get__(self, instance: models.Model | None, owner: type | None = None) -> Any:
        if instance is None:
            return self
        name = self.field.attname
        if name not in instance.__dict__:
            instance.refresh_from_db(fields=[name])
        value = instance.__dict__[name]
        if isinstance(value, Sealed):
            value = encryption.open_sealed(value, self.field.bound_to(instance))
            instance.__dict__[name] = value
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class EncryptedTextField(models.TextField):
    """Text that only this program can read, bound to its own table, column and row.

    The row needs its primary key before it is saved (`core.models.UUIDModel` gives one). An empty text stays empty.
    It cannot be searched, ordered by, or set through `update()`: only `save()` and `bulk_create()` know the row.
    """

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, self.attname, _OpensOnAccess(self))

    def bound_to(self, instance: models.Model) -> str:
        return f"{instance._meta.db_table}:{self.column}:{instance.pk}"

    def from_db_value(self, value: str | None, expression: Any, connection: BaseDatabaseWrapper) -> str | None:
        return Sealed(value) if value else value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = model_instance.__dict__.get(self.attname)
        if not value or isinstance(value, Sealed):
            return value
        if model_instance.pk is None:
            raise FieldError(f"{self.name} cannot be sealed before its row has a primary key.")
        return Sealed(encryption.seal(value, self.bound_to(model_instance)))

    def get_db_prep_save(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        if value and not isinstance(value, Sealed):
            raise FieldError(f"{self.name} is encrypted: set it on the instance and save, not through update().")
        return super().get_db_prep_save(str(value) if value else value, connection)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name in ("isnull", "exact"):
            return super().get_lookup(lookup_name)
        raise FieldError(f"{self.name} is encrypted and cannot be searched with {lookup_name!r}.")

    def value_to_string(self, obj: models.Model) -> str:
        return str(getattr(obj, self.attname) or "")


class ChoiceListField(models.JSONField):
    """A short list of values from `options` (a `TextChoices`), kept in the order of the options and without doubles."""

    def __init__(self, *args: Any, options: type[models.TextChoices] | None = None, **kwargs: Any) -> None:
        self.options = options
        kwargs.setdefault("default", list)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def labels(self, values: Sequence[str]) -> list[str]:
        """The words for `values`, in order."""
        if self.options is None:
            return list(values)
        return [str(self.options(value).label) for value in values]
