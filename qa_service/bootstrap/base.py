"""What every part of the service stands on: settings, sentences, the clock, words, rulebooks."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from qa_service.core.errors import UsageError
from qa_service.i18n.catalogue import Catalogue, catalogue
from qa_service.settings import Settings, language, read_settings

if TYPE_CHECKING:
    from qa_service.rulebook.book import Bundle, Rulebook
    from qa_service.text.tokenize import Tokenizer
    from qa_service.usecases.customer import Tokens


@cache
def settings() -> Settings:
    """The settings of this process."""
    return read_settings()


def texts() -> Catalogue:
    """Sentences in the language of this installation, also about settings that cannot be read."""
    try:
        return catalogue(settings().lang)
    except UsageError:
        return catalogue(language())


def now() -> datetime:
    """The time, with its zone."""
    return datetime.now(UTC)


def zone() -> tzinfo:
    """The zone of this installation: days and weeks begin there."""
    return ZoneInfo(settings().timezone)


def rulebook(name_or_path: str = "") -> Rulebook:
    """A shipped pack by name, or the author's own file."""
    return rulebook_bundle(name_or_path).book


def rulebook_bundle(name_or_path: str = "") -> Bundle:
    """The same, with every text that went in and the resolved whole."""
    from qa_service.rulebook.load import load_bundle

    return load_bundle(name_or_path or settings().rulebook)


@cache
def tokenizer() -> Tokenizer:
    """Jieba with a private cache under the data folder."""
    from qa_service.text.tokenize import Tokenizer

    return Tokenizer(settings().data_dir / "cache" / "jieba", words=settings().vocabulary)


def customer_tokens() -> Tokens | None:
    """Turns customers' numbers into tokens; nothing where this installation has no key."""
    from qa_service.assets.customer_key import CustomerKey

    path = settings().customer_key
    return CustomerKey(path).token if path else None
