import pytest

from engine.xml import XmlRefused, parse_xml


def test_a_document_keeps_the_lines_of_its_elements():
    source = b"<a>\n  <b/>\n</a>"

    root = parse_xml(source)

    assert root[0].sourceline == 2


@pytest.mark.parametrize(
    "source",
    [
        b"<!DOCTYPE a><a/>",
        b'<!DOCTYPE a SYSTEM "http://example.org/a.dtd"><a/>',
        b'<!DOCTYPE a [<!ENTITY x "boom">]><a>&x;</a>',
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        b'<!DOCTYPE a [<!ENTITY x "xx"><!ENTITY y "&x;&x;&x;">]><a>&y;</a>',
    ],
)
def test_a_doctype_is_refused_whatever_it_declares(source):
    with pytest.raises(XmlRefused, match="DOCTYPE"):
        parse_xml(source)


def test_what_is_not_well_formed_is_refused_with_its_line():
    source = b"<a>\n  <b>\n</a>"

    with pytest.raises(XmlRefused) as refusal:
        parse_xml(source)

    assert refusal.value.line == 3


@pytest.mark.parametrize("source", [b"", b"hello", b"\x00\x01", b"<a>\xff</a>"])
def test_what_is_no_xml_at_all_is_refused(source):
    with pytest.raises(XmlRefused):
        parse_xml(source)


def test_a_document_beyond_the_bounds_is_refused():
    deep = b"<a>" * 20 + b"</a>" * 20

    with pytest.raises(XmlRefused, match="deeper"):
        parse_xml(deep, max_depth=19)
    with pytest.raises(XmlRefused, match="bytes"):
        parse_xml(deep, max_bytes=100)

    assert parse_xml(deep, max_depth=20).tag == "a"
