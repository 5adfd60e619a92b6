"""What becomes of what an organiser sends: taken in Telegram's own HTML, or refused."""

import pytest

from bot.simulator.html_text import parse_html
from xinno_core.services.composing import (
    MOST_CAPTION,
    MOST_TEXT,
    Flaw,
    Problem,
    Sent,
    SentKind,
    put,
    read_link,
    read_sent,
)
from xinno_core.services.contents import (
    Content,
    LinkButton,
    MediaPart,
    PlacePart,
    PollPart,
    TextPart,
)
from xinno_core.services.markup import cut, safe_html, units, visible


@pytest.mark.parametrize(
    "source, kept",
    [
        ("plain &amp; <b>bold</b>", "plain &amp; <b>bold</b>"),
        (
            "<strong>a</strong><em>b</em><ins>c</ins><del>d</del>",
            "<b>a</b><i>b</i><u>c</u><s>d</s>",
        ),
        ('<span class="tg-spoiler">x</span>', "<tg-spoiler>x</tg-spoiler>"),
        ('<span class="other">x</span>', "x"),
        ('<pre><code class="language-python">x &lt; y</code></pre>', "<pre>x &lt; y</pre>"),
        ("<code>a<b>b</b></code>", "<code>ab</code>"),
        ("<blockquote expandable>q</blockquote>", "<blockquote expandable>q</blockquote>"),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>", "<blockquote>ab</blockquote>"),
        ("<b>a<b>b</b>c</b>", "<b>abc</b>"),
        ('<a href="https://x.eu/?a=1&amp;b=2">l</a>', '<a href="https://x.eu/?a=1&amp;b=2">l</a>'),
        ('<a href="tg://user?id=1">Anna</a>', "Anna"),
        ('<a href="javascript:alert(1)">x</a>', "x"),
        ('<a href="https://x.eu" onclick="y">x</a>', '<a href="https://x.eu">x</a>'),
        ('<a href="https://x.eu"onclick="y">x</a>', '<a href="https://x.eu">x</a>'),
        (
            '<a href="https://a.eu">x<a href="https://b.eu">y</a></a>',
            '<a href="https://a.eu">xy</a>',
        ),
        ('<tg-emoji emoji-id="1">👍</tg-emoji>', "👍"),
        ('<tg-time unix="1">noon</tg-time>', "noon"),
        ("<script>alert(1)</script>", "alert(1)"),
        ("<img src=x onerror=y>", ""),
        ("<b>open <i>and never closed", "<b>open <i>and never closed</i></b>"),
        ("<b>over<i>lap</b>ping</i>", "<b>over<i>lap</i></b>ping"),
        ("closed only</b></i>", "closed only"),
        ("a &lt;b&gt; &amp;lt; &#60;i&#62;", "a &lt;b&gt; &amp;lt; &lt;i&gt;"),
        ("1 < 2 & 3 > 2", "1 &lt; 2 &amp; 3 &gt; 2"),
        ("<!-- hidden --><?php x ?>said", "said"),
        ("a\u202eb\u2066c\0d\te\u200df", "abcd e\u200df"),
        ("  \n<b>x</b>\n ", "<b>x</b>"),
    ],
)
def test_formatting_is_written_anew(source: str, kept: str) -> None:
    safe = safe_html(source)
    assert safe == kept
    assert safe_html(safe) == safe
    text, _ = parse_html(safe)  # raises where Telegram would refuse it
    assert text == visible(safe)


@pytest.mark.parametrize(
    "sent, taken",
    [
        (Sent(SentKind.TEXT, html="<b>x</b>"), TextPart("<b>x</b>")),
        (Sent(SentKind.TEXT, html=" \n "), Problem(Flaw.EMPTY)),
        (Sent(SentKind.TEXT, html="<b>\u200b\u202e</b>"), Problem(Flaw.EMPTY)),
        (Sent(SentKind.TEXT, html="&lt;" * MOST_TEXT), TextPart("&lt;" * MOST_TEXT)),
        (
            Sent(SentKind.TEXT, html="x" * 5000),
            Problem(Flaw.TEXT_TOO_LONG, 5000, MOST_TEXT),
        ),
        (
            Sent(SentKind.TEXT, html="🎉" * 1751),
            Problem(Flaw.TEXT_TOO_LONG, 3502, MOST_TEXT),
        ),
        (Sent(SentKind.PHOTO), MediaPart(())),
        (Sent(SentKind.VIDEO, html="<i>x</i>"), MediaPart((), "<i>x</i>")),
        (
            Sent(SentKind.DOCUMENT, html="x" * 701),
            Problem(Flaw.CAPTION_TOO_LONG, 701, MOST_CAPTION),
        ),
        (
            Sent(SentKind.PLACE, place=PlacePart(1.0, 2.0, " Hall\u202e ", "")),
            PlacePart(1.0, 2.0, "Hall", ""),
        ),
        (
            Sent(SentKind.POLL, poll=PollPart(" Soup? ", ("Yes ", "No"))),
            PollPart("Soup?", ("Yes", "No")),
        ),
        (Sent(SentKind.POLL, poll=PollPart("Soup?", ("Yes",))), Problem(Flaw.OPTIONS, 1, 10)),
        (
            Sent(SentKind.POLL, poll=PollPart("Soup?", ("x",) * 11)),
            Problem(Flaw.OPTIONS, 11, 10),
        ),
        (Sent(SentKind.POLL, poll=PollPart("Soup?", ("Yes", "\u202e"))), Problem(Flaw.EMPTY)),
        (Sent(SentKind.OTHER), Problem(Flaw.UNKNOWN_KIND)),
        (Sent(SentKind.PLACE), Problem(Flaw.UNKNOWN_KIND)),
    ],
)
def test_a_message_is_taken_or_refused(sent: Sent, taken: object) -> None:
    assert read_sent(sent) == taken


@pytest.mark.parametrize(
    "typed, button",
    [
        (
            "Programme - https://example.org/p?a=1",
            LinkButton("Programme", "https://example.org/p?a=1"),
        ),
        ("Our group – t.me/xinno", LinkButton("Our group", "https://t.me/xinno")),
        ("Door: http://example.org", LinkButton("Door", "http://example.org")),
        ("A - B - https://example.org", LinkButton("A - B", "https://example.org")),
        ("x" * 40 + " - https://example.org", LinkButton("x" * 40, "https://example.org")),
        ("x" * 41 + " - https://example.org", Problem(Flaw.LABEL_TOO_LONG, 41, 40)),
        ("https://example.org", Problem(Flaw.NOT_A_LINK)),
        ("Programme", Problem(Flaw.NOT_A_LINK)),
        ("Programme - example.org", Problem(Flaw.NOT_A_LINK)),
        ("Programme - javascript:alert(1)", Problem(Flaw.NOT_A_LINK)),
        ("Programme - tg://user?id=1", Problem(Flaw.NOT_A_LINK)),
        ("Programme - ftp://example.org", Problem(Flaw.NOT_A_LINK)),
        ("Programme - https://user:word@example.org", Problem(Flaw.NOT_A_LINK)),
        ("Programme - https://localhost/", Problem(Flaw.NOT_A_LINK)),
        ("Programme - https://[::1/", Problem(Flaw.NOT_A_LINK)),
        ("Programme - https://example.org/" + "a" * 2000, Problem(Flaw.NOT_A_LINK)),
        ("Two\nlines - https://example.org", Problem(Flaw.NOT_A_LINK)),
        ("", Problem(Flaw.NOT_A_LINK)),
    ],
)
def test_a_line_becomes_a_button_or_is_refused(typed: str, button: object) -> None:
    assert read_link(typed) == button


def test_an_album_grows_to_ten_and_its_captions_come_together() -> None:
    content: Content | Problem = Content()
    for number in range(11):
        assert isinstance(content, Content)
        part = MediaPart((number,), "a" if number in {0, 3} else "")
        content = put(content, part, continues=number > 0)
    assert isinstance(content, Content)
    assert content.parts == (MediaPart(tuple(range(10)), "a\na"), MediaPart((10,)))
    long = put(Content((MediaPart((1,), "x" * 400),)), MediaPart((2,), "x" * 400), continues=True)
    assert long == Problem(Flaw.CAPTION_TOO_LONG, 801, MOST_CAPTION)


def test_pictures_that_were_sent_one_by_one_stay_single() -> None:
    content = put(Content((MediaPart((1,)),)), MediaPart((2,)), continues=False)
    assert content == Content((MediaPart((1,)), MediaPart((2,))))


def test_there_is_an_end_to_the_messages() -> None:
    full = Content((TextPart("x"),) * 10)
    assert put(full, TextPart("y")) == Problem(Flaw.TOO_MANY_PARTS, 11, 10)


@pytest.mark.parametrize("source", ["<b>" + "&lt;" * 500 + "</b>", "x" * 500, "🎉" * 500])
def test_what_is_cut_is_still_well_formed(source: str) -> None:
    short = cut(source, 100)
    assert len(short) <= 100
    assert units(parse_html(short)[0]) > 10
    assert cut("<b>short</b>", 100) == "<b>short</b>"
