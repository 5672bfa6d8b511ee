from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from antiphon.telemetry.page.markup import Html, element, escape, join
from antiphon.telemetry.wording import printable


class Reader(HTMLParser):
    """What a browser would make of some markup."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.text = ""
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, attrs))

    def handle_data(self, data: str) -> None:
        self.text += data


@given(st.text())
def test_text_comes_back_as_text_whatever_is_in_it(text: str) -> None:
    found = Reader(element("p", text, title=text))
    assert found.tags == [("p", [("title", printable(text))])]
    assert found.text == printable(text)


def test_markup_stays_and_plain_strings_are_escaped() -> None:
    made = element("p", Html("<b>bold</b>"), "<i>", None, [element("u", "x"), "&"])
    assert made == "<p><b>bold</b>&lt;i&gt;<u>x</u>&amp;</p>"
    assert isinstance(made, Html)


def test_attributes_are_named_as_html_has_them() -> None:
    made = element(
        "input", class_="a b", aria_label='"', hidden=True, disabled=False, min=0, max=1.5, id=None
    )
    assert made == '<input class="a b" aria-label="&quot;" hidden min="0" max="1.5">'


def test_an_attribute_may_be_called_name() -> None:
    assert element("meta", name="viewport") == '<meta name="viewport">'


def test_what_is_escaped_once_is_not_escaped_twice() -> None:
    assert element("p", escape("&")) == "<p>&amp;</p>"
    assert join("&", escape("&")) == "&amp;&amp;"
