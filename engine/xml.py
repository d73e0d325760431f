"""Reading XML that a stranger sent: no entities, no DTD, no network, bounded size and depth."""

from lxml import etree

MAX_ATTRIBUTES = 1_000
MAX_PREFIXES = 256


class XmlRefused(ValueError):
    """The XML is not well-formed, or asks for more than we give."""

    def __init__(self, message: str, line: int | None = None, message_zh: str | None = None) -> None:
        super().__init__(message if line is None else f"line {line}: {message}")
        self.message = message
        self.message_zh = f"XML 无法读取：{message}" if message_zh is None else message_zh
        self.line = line


def parse_xml(source: bytes, *, max_bytes: int = 10_000_000, max_depth: int = 256) -> etree._Element:
    """
    Parse a document and return its root; every element knows its `sourceline`.

    Comments and processing instructions are left out, so that the text around one is a single text.

    Raises:
        XmlRefused: Not well-formed, larger than `max_bytes`, deeper than `max_depth` elements, with more than
            `MAX_ATTRIBUTES` on an element or `MAX_PREFIXES` namespaces in scope, or with a DOCTYPE
            (which is where entity bombs and external entities live).
    """
    if len(source) > max_bytes:
        raise XmlRefused(
            f"The document has {len(source)} bytes; at most {max_bytes} are read.",
            message_zh=f"文件有 {len(source)} 字节；最多读取 {max_bytes} 字节。",
        )
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(source, parser)
    except etree.XMLSyntaxError as error:
        raise XmlRefused(error.msg or "The document is not well-formed XML.", error.lineno) from error
    except ValueError as error:
        raise XmlRefused(str(error)) from error
    if _has_doctype(root):
        raise XmlRefused("A DOCTYPE declaration is not accepted.", 1, "不接受 DOCTYPE 声明。")
    _refuse_deep_trees(root, max_depth)
    return root


def _has_doctype(root: etree._Element) -> bool:
    return root.getroottree().docinfo.internalDTD is not None


def _refuse_deep_trees(root: etree._Element, max_depth: int) -> None:
    """Refuse what makes looking up an attribute or a prefix slow: they are lists, walked from their beginning."""
    depth = prefixes = 0
    for event, element in etree.iterwalk(root, events=("start", "end", "start-ns", "end-ns")):
        if event in ("start-ns", "end-ns"):
            prefixes += 1 if event == "start-ns" else -1
            if prefixes > MAX_PREFIXES:
                message = f"More than {MAX_PREFIXES} namespaces are declared at once."
                raise XmlRefused(message, 1, f"同时声明的命名空间超过 {MAX_PREFIXES} 个。")
            continue
        depth += 1 if event == "start" else -1
        if depth > max_depth:
            raise XmlRefused(
                f"Elements are nested deeper than {max_depth}.", element.sourceline, f"元素嵌套超过 {max_depth} 层。"
            )
        if event == "start" and len(element.attrib) > MAX_ATTRIBUTES:
            message = f"An element has more than {MAX_ATTRIBUTES} attributes."
            raise XmlRefused(message, element.sourceline, f"一个元素的属性超过 {MAX_ATTRIBUTES} 个。")
