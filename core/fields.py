"""Model fields that every app may use."""

import json
from collections.abc import Sequence
from typing import Any

from django.core import checks
from django.core.exceptions import FieldError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.lookups import Exact

from core import canonical, encryption
from core.forms import TypedAddress, TypedName
from core.models import AppendOnlyModel


class Sealed(str):
    """Ciphertext as the database holds it, not yet opened."""


class _OpensOnAccess:
    """Opens the value when code reads the attribute, so a list of rows costs no decryption."""

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
            value = self.field.opened(encryption.open_sealed(value, self.field.bound_to(instance.pk)))
            instance.__dict__[name] = value
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class _EmptyOrSealed(Exact):
    """Asks whether the text is empty, or still the very ciphertext that was read. Nothing else has an answer."""

    def get_prep_lookup(self) -> Any:
        if self.rhs != "" and not isinstance(self.rhs, Sealed):
            raise FieldError(f"{self.lhs.output_field.name} is encrypted and cannot be searched for a text.")
        return str(self.rhs)


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Text that only this program can read, bound to its own table, column and row.

    The row needs its primary key before it is saved (`core.models.UUIDModel` gives one). An empty text stays empty.
    It cannot be searched, ordered by, or set through `update()`: only `save()` and `bulk_create()` know the row. Renaming
    the table or the column needs a migration that opens every value and seals it anew.
    """

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        problems = super().check(**kwargs)
        if not self.model._meta.pk.has_default():
            hint = "Derive the model from core.models.UUIDModel."
            problems.append(
                checks.Error("The row's id must be known before it is saved.", hint=hint, obj=self, id="handrail.E005")
            )
        if issubclass(self.model, AppendOnlyModel):
            hint = "Keep the text in a table that can be written again under a new key."
            problems.append(
                checks.Error("An append-only row cannot follow a new key.", hint=hint, obj=self, id="handrail.E006")
            )
        return problems

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, self.attname, _OpensOnAccess(self))

    def bound_to(self, pk: Any) -> str:
        """What a value in the row `pk` is bound to, however the id was written."""
        return f"{self.model._meta.db_table}:{self.column}:{self.model._meta.pk.to_python(pk)}"

    def opened(self, text: str) -> Any:
        """The value that a text stands for once it is open."""
        return text

    def closed(self, value: Any) -> Any:
        """The text that is sealed for a value."""
        return value

    def from_db_value(self, value: str | None, expression: Any, connection: BaseDatabaseWrapper) -> Any:
        return Sealed(value) if value else value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = model_instance.__dict__.get(self.attname)
        if isinstance(value, Sealed) and add:
            raise FieldError(f"{self.name} is still sealed for the row it was copied from; read it before saving the copy.")
        text = value if isinstance(value, Sealed) else self.closed(value)
        if not text or isinstance(text, Sealed):
            return text
        if model_instance.pk is None:
            raise FieldError(f"{self.name} cannot be sealed before its row has a primary key.")
        return Sealed(encryption.seal(text, self.bound_to(model_instance.pk)))

    def get_db_prep_save(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        if value and not isinstance(value, Sealed):
            raise FieldError(f"{self.name} is encrypted: set it on the instance and save, not through update().")
        return super().get_db_prep_save(str(value) if value else value, connection)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "exact":
            return _EmptyOrSealed
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        raise FieldError(f"{self.name} is encrypted and cannot be searched with {lookup_name!r}.")

    def get_transform(self, lookup_name: str) -> Any:
        raise FieldError(f"{self.name} is encrypted and cannot be searched with {lookup_name!r}.")

    def value_to_string(self, obj: models.Model) -> str:
        return str(getattr(obj, self.attname) or "")


class EncryptedListField(EncryptedTextField):
    """A few entries in a person's own words, without doubles, sealed together as one text. An empty list stays empty."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"default": list, "blank": True, **kwargs})

    def opened(self, text: str) -> Any:
        return json.loads(text)

    def closed(self, value: Any) -> Any:
        return json.dumps(list(dict.fromkeys(value)), ensure_ascii=False) if value else ""

    def from_db_value(self, value: str | None, expression: Any, connection: BaseDatabaseWrapper) -> Any:
        return Sealed(value) if value else []

    def to_python(self, value: Any) -> Any:
        return value

    def get_db_prep_save(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        return super().get_db_prep_save(value or "", connection)

    def labels(self, values: Sequence[str]) -> list[str]:
        """The words for `values`: their own."""
        return list(values)


class NameField(models.CharField):  # type: ignore[type-arg]
    """What a person or a program is called, kept and sought in the one written form of `core.canonical`."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return text if text is None else canonical.one_line(text)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        return _written(self, model_instance)

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": TypedName, **kwargs})


class NameKeyField(models.TextField):  # type: ignore[type-arg]
    """By which rows are sought and ordered by a name: `core.canonical.name_key` of the fields named in `of`.

    Read from an instance it always follows them; whoever saves only some fields saves it too. PostgreSQL compares its bytes,
    as SQLite does.
    """

    def __init__(self, *args: Any, of: Sequence[str] = (), **kwargs: Any) -> None:
        self.of = tuple(of)
        super().__init__(*args, **{"editable": False, "default": "", **kwargs})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "of": self.of}

    def db_parameters(self, connection: BaseDatabaseWrapper) -> Any:
        parameters = super().db_parameters(connection)
        return {**parameters, "collation": "C"} if connection.vendor == "postgresql" else parameters

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, self.attname, property(self._of, self._keep))

    def _keep(self, instance: models.Model, value: Any) -> None:
        """So that Django takes the field for loaded, and saves it with the others."""
        instance.__dict__[self.attname] = value

    def _of(self, instance: models.Model) -> str:
        texts = (canonical.one_line(getattr(instance, name) or "") for name in self.of)
        return canonical.name_key(" ".join(filter(None, texts)))


class AddressField(models.EmailField):  # type: ignore[type-arg]
    """An e-mail address, kept and sought in the one written form of `core.canonical`."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return text if text is None else canonical.address(text)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        return _written(self, model_instance)

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": TypedAddress, **kwargs})


def _written(field: "models.Field[Any, Any]", instance: models.Model) -> Any:
    """The value as it is kept, which the instance then holds too."""
    value = field.to_python(getattr(instance, field.attname))
    setattr(instance, field.attname, value)
    return value


class ChoiceListField(models.JSONField):
    """A short list of values from `options` (a `TextChoices`), kept in the order of the options and without doubles."""

    def __init__(self, *args: Any, options: type[models.TextChoices] | None = None, **kwargs: Any) -> None:
        self.options = options
        kwargs.setdefault("default", list)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = self._in_order(getattr(model_instance, self.attname))
        setattr(model_instance, self.attname, value)
        return value

    def _in_order(self, values: Sequence[str]) -> list[str]:
        """Values that are no longer an option come last; nothing is lost by saving."""
        known = self.options.values if self.options else []
        return list(dict.fromkeys([*(value for value in known if value in values), *values]))

    def labels(self, values: Sequence[str]) -> list[str]:
        """The words for `values`, in order; a value that is no longer an option stands for itself."""
        words = dict(self.options.choices) if self.options else {}
        return [str(words.get(value, value)) for value in values]
