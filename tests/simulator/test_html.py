"""HTML is read as strictly as Telegram reads it."""

import pytest

from bot.simulator.entities import as_html, tidied, with_found
from bot.simulator.errors import Refused
from bot.simulator.html_text import parse_html


def spans(source: str) -> list[tuple[str, int, int]]:
    return [(e.kind, e.offset, e.length) for e in parse_html(source)[1]]


@pytest.mark.parametrize(
    "source, text, entities",
    [
        ("plain & simple", "plain & simple", []),
        ("<b>bold</b>", "bold", [("bold", 0, 4)]),
        ("<STRONG>bold</strong>", "bold", [("bold", 0, 4)]),
        ("<b>a<i>b</i></b>", "ab", [("italic", 1, 1), ("bold", 0, 2)]),
        ("🏟 <u>x</u>", "🏟 x", [("underline", 3, 1)]),
        ("&lt;b&gt; &amp; &quot;", '<b> & "', []),
        ("&#8364;&#x20AC;", "€€", []),
        ("&nbsp;&copy;", "&nbsp;&copy;", []),
        ("<b></b>nothing", "nothing", []),
        ("<b>x</>", "x", [("bold", 0, 1)]),
        ('<span class="tg-spoiler">s</span>', "s", [("spoiler", 0, 1)]),
        ("<blockquote expandable>q</blockquote>", "q", [("expandable_blockquote", 0, 1)]),
        ("<s>a</s><del>b</del>", "ab", [("strikethrough", 0, 1), ("strikethrough", 1, 1)]),
        ("<a href='nowhere'>link</a>", "link", []),
        ("<a>http://example.org</a>", "http://example.org", [("text_link", 0, 18)]),
    ],
)
def test_what_telegram_takes(source: str, text: str, entities: list[tuple[str, int, int]]) -> None:
    assert parse_html(source)[0] == text
    assert spans(source) == entities


@pytest.mark.parametrize(
    "source, reason",
    [
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("<br>", 'Unsupported start tag "br" at byte offset 0'),
        ("é<p>x</p>", 'Unsupported start tag "p" at byte offset 2'),
        ("x <b", "Unclosed start tag at byte offset 2"),
        ("<a href", 'Unclosed start tag "a" at byte offset 0'),
        ("<a href=", 'Unclosed start tag "a" at byte offset 0'),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ('<a href="say "hi"">x</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href=x/y>z</a>", "Unexpected end of name token at byte offset 8"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        (
            "<b><i>x</b></i>",
            'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
        ),
        ("&#xD83D;", "Text contains invalid Unicode characters"),
    ],
)
def test_what_telegram_refuses_and_how_it_says_so(source: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_html(source)
    assert refused.value.status == 400
    assert refused.value.description.startswith(f"Bad Request: can't parse entities: {reason}")


def test_a_link_keeps_its_address_and_code_its_language() -> None:
    _, (link,) = parse_html('<a href="https://example.org/a?b=1&amp;c=2">x</a>')
    assert link.url == "https://example.org/a?b=1&c=2"
    _, (code,) = parse_html('<pre><code class="language-python">x = 1</code></pre>')
    assert (code.kind, code.language) == ("pre", "python")


def test_the_ends_are_trimmed_and_the_entities_move_along() -> None:
    text, entities = tidied(*parse_html("  <b> hi </b>  "))
    assert text == "hi"
    assert [(e.offset, e.length) for e in entities] == [(0, 2)]


def test_adjacent_equal_styles_become_one_and_code_takes_no_style() -> None:
    text, entities = tidied(*parse_html("<b>a</b><b>b</b> <i><code>c</code></i>"))
    assert [(e.kind, e.offset, e.length) for e in entities] == [("bold", 0, 2), ("code", 3, 1)]
    assert as_html(text, entities) == "<b>ab</b> <code>c</code>"


def test_commands_and_addresses_are_found_without_being_marked() -> None:
    text = "😀 /help or mail a.b@example.org, see https://example.org/x. #news @someone"
    found = [(e.kind, e.offset) for e in with_found(text, [])]
    assert found == [
        ("bot_command", 3),
        ("email", 17),
        ("url", 38),
        ("hashtag", 61),
        ("mention", 67),
    ]


@pytest.mark.parametrize("text", ["1/2", "and/or", "a@b", "#12", "http://", "/"])
def test_what_only_looks_like_a_command_or_address_is_left_alone(text: str) -> None:
    assert with_found(text, []) == []


def test_canonical_html_shows_overlapping_marks_properly_nested() -> None:
    text, entities = parse_html('<b>bold <a href="https://example.org/">link</a></b> &lt;tag&gt;')
    assert as_html(text, tidied(text, entities)[1]) == (
        '<b>bold <a href="https://example.org/">link</a></b> &lt;tag&gt;'
    )
